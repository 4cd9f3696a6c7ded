// The looks are shown again when a file of theirs was saved; where one had scrolled to is kept.
const EVERY = 1000; // milliseconds
let known = document.documentElement.dataset.version;

const places = () => new Map([...document.querySelectorAll("iframe")].map((each) => [each.title, each.contentWindow?.scrollY ?? 0]));
const strips = () => [...document.querySelectorAll(".strip")].map((each) => [each.parentElement.id, each.scrollLeft]);

const renew = async () => {
  const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
  const [was, aside] = [places(), strips()];
  document.title = page.title;
  for (const part of ["h1", "nav", "main"]) document.querySelector(part).replaceWith(page.querySelector(part));
  for (const [id, left] of aside) document.getElementById(id)?.querySelector(".strip")?.scrollTo({ left });
  for (const each of document.querySelectorAll("iframe")) {
    each.addEventListener("load", () => each.contentWindow.scrollTo(0, was.get(each.title) ?? 0));
  }
};

const look = async () => {
  try {
    const version = await (await fetch("/version")).text();
    if (version !== known) await renew();
    known = version;
    document.querySelector(".gone").hidden = true;
  } catch {
    document.querySelector(".gone").hidden = false;
  }
  setTimeout(look, EVERY);
};
look();
