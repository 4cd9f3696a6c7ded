"""What stands in deploy/: the container's steps and its health check, the manual page, the unit."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest
import yaml

from tools.man_page import page

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
NOBODY = 65534
CONTAINER = (DEPLOY / "Containerfile").read_text("utf-8")


def test_the_manual_page_is_that_of_the_commands() -> None:
    assert (DEPLOY / "digest.1").read_text("utf-8") == page(), "run `make man`"


def test_the_container_copies_what_is_there_and_runs_as_nobody_special() -> None:
    copied = [line.split()[1:] for line in CONTAINER.splitlines() if line.startswith("COPY")]
    own = [source for source, *_ in copied if not source.startswith("--from")]

    assert own
    assert all((ROOT / source).exists() for source in own)
    assert re.search(r"^USER 10001", CONTAINER, re.MULTILINE)


def test_compose_runs_the_container_without_rights_and_names_what_is_there() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    ours, proxy = compose["services"]["digest"], compose["services"]["caddy"]
    mounted = proxy["volumes"][0].partition(":")[0]

    assert (ours["read_only"], ours["cap_drop"]) == (True, ["ALL"])
    assert (DEPLOY / ours["build"]["context"] / ours["build"]["dockerfile"]).is_file()
    assert (DEPLOY / mounted).is_file()
    assert ours["environment"]["DIGEST_TRUSTED_PROXY"] == proxy["networks"]["front"]["ipv4_address"]
    assert {*compose["secrets"]} == {*ours["secrets"]}


def test_compose_with_postgresql_runs_a_scheduler_and_workers_that_find_the_rest() -> None:
    compose = yaml.safe_load((DEPLOY / "compose-postgresql.yaml").read_text("utf-8"))
    services = compose["services"]
    scheduler, worker = services["digest"], services["worker"]

    assert (worker["command"], worker["deploy"]["replicas"]) == (["worker"], 2)
    for each in (scheduler, worker):
        assert (each["read_only"], each["cap_drop"]) == (True, ["ALL"])
        assert "@database/digest" in each["environment"]["DIGEST_DATABASE"]
        assert {each["network_mode"].partition(":")[2], *each["depends_on"]} <= {*services}
        wanted = each["build"]["args"]["REQUIREMENTS"]
        assert "procrastinate==" in (ROOT / "requirements" / f"{wanted}.txt").read_text("utf-8")


def test_the_unit_is_one_that_systemd_reads() -> None:
    reader = shutil.which("systemd-analyze")
    if reader is None:
        pytest.skip("there is no systemd-analyze")
    done = subprocess.run(  # noqa: S603 - systemd's own
        [reader, "verify", DEPLOY / "digest.service"], capture_output=True, text=True, check=False
    )
    elsewhere = ("is not executable", "Command 'man digest(1)'")  # nothing is installed here

    said = [line for line in done.stderr.splitlines() if line.startswith("digest.service")]
    assert [line for line in said if not any(words in line for words in elsewhere)] == []


def test_the_health_check_fails_where_nothing_answers() -> None:
    done = _health(_free_port())

    assert done.returncode == 1
    assert "nothing answers" in done.stderr


@pytest.mark.slow
def test_the_containers_steps_give_a_digest_that_runs_for_a_user_without_rights(
    tmp_path: Path, *, is_full: bool
) -> None:
    """The steps are run here, with the packages of the tests: no registry is asked."""
    if not is_full:
        pytest.skip("`make test-all` installs it")
    program, home, port = tmp_path / "opt", tmp_path / "srv", _free_port()
    packages = {"PYTHONPATH": sysconfig.get_path("purelib"), "PIP_NO_INDEX": "1"}
    base = {"PATH": f"{program}/bin:/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", **packages}
    (step,) = re.findall(r"^RUN /src/(\S+) /opt/digest \$REQUIREMENTS$", CONTAINER, re.MULTILINE)
    subprocess.run([ROOT / step, program], env=base, check=True, capture_output=True)  # noqa: S603
    subprocess.run([program / "bin" / "digest", "init", home], env=base, check=True)  # noqa: S603
    nobody = NOBODY if os.geteuid() == 0 else None
    if nobody:
        for folder in (tmp_path, *tmp_path.parents[:2]):  # pytest's own, for one user alone
            folder.chmod(0o755)
        for file in (home, *home.rglob("*")):
            os.chown(file, NOBODY, NOBODY)
    running = subprocess.Popen(  # noqa: S603
        [program / "bin" / "digest", "run", "--port", str(port)],
        cwd=home,
        env={**base, "HOME": "/nonexistent"},
        user=nobody,
    )
    try:
        deadline = time.monotonic() + 60
        while _health(port).returncode and time.monotonic() < deadline:
            time.sleep(0.2)
        assert _health(port).returncode == 0
    finally:
        running.terminate()
        assert running.wait(60) in {0, 130}


def _health(port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, DEPLOY / "health.py", str(port)],
        capture_output=True,
        text=True,
        check=False,
    )


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
