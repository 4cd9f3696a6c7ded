// The page: acts without a reload, words saved where they stand, order by mouse and by keys,
// and what others change meanwhile. Every act is a form that works without this file, too.
import { lighten } from "./picture.js";

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const contents = () => $("#contents");
const frame = $("#proof");
const main = $("main.issue");
// what is said here stands in the page, in its language
const WORDS = JSON.parse($("#toast").dataset.words);
const say = (name, values = {}) => WORDS[name].replace(/%\((\w+)\)s/g, (_, key) => values[key]);

// What is said in passing, and what went wrong.
const toast = (said, bad = false) => {
  const box = $("#toast");
  box.textContent = said;
  box.hidden = !said;
  box.classList.toggle("bad", bad);
  clearTimeout(toast.timer);
  if (!bad) toast.timer = setTimeout(() => { box.hidden = true; }, 4000);
};

class Lost extends Error {}
const SIGNED_OUT = say("signed_out");

const ask = async (url, options = {}) => {
  let answer;
  try {
    answer = await fetch(url, options);
  } catch {
    throw new Lost(say("no_line"));
  }
  if (answer.redirected && new URL(answer.url).pathname === "/login") throw new Lost(SIGNED_OUT);
  return answer;
};

// The email's frame, shown again in place: nothing is loaded anew, so the eye stays where it is.
const TEXTS = new Set(["text", "source", "headers"]);
let asked = new URL(frame.src).searchParams;
const dressed = (mode) => { frame.dataset.mode = mode; };
const show = async ({ anew = false } = {}) => {
  const url = `${frame.dataset.page}?${asked}`;
  const inside = frame.contentDocument;
  if (anew || !inside?.body || TEXTS.has(asked.get("mode"))) {
    frame.src = url;
    return;
  }
  const text = await (await ask(url)).text();
  const at = inside.defaultView.scrollY;
  // read by the frame's own document, under the frame's own policy
  inside.documentElement.innerHTML = text;
  inside.defaultView.scrollTo(0, at);
  find();
};
const find = () => {
  const where = asked.get("outline");
  const inside = frame.contentDocument;
  if (!where || !inside) return;
  const id = where.replace(/^article /, "");
  const url = $(`[data-article="${CSS.escape(id)}"]`)?.dataset.url;
  const there = $("[data-here]", inside) ?? (url && $$("a[href]", inside).find((link) => link.getAttribute("href") === url));
  if (there) there.scrollIntoView({ block: "center" });
};
const outline = (where) => {
  if (asked.get("outline") === where) return;
  if (where) asked.set("outline", where);
  else asked.delete("outline");
  return show();
};

// As wide as asked for; where the room is narrower, smaller, so that the layout is the true one.
const fit = () => {
  const room = frame.parentElement.clientWidth;
  if (!room) return; // it is not in sight
  const width = TEXTS.has(asked.get("mode")) ? Math.min(room, 720) : Number(frame.dataset.width);
  const scale = Math.min(1, room / width);
  frame.style.cssText = `width: ${width}px; height: ${100 / scale}%; transform: scale(${scale});`;
};
const choose = (width) => {
  frame.dataset.width = width;
  for (const link of $$("[data-width]", $("#toolbar"))) {
    if (link.dataset.width === String(width)) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  fit();
};
const mode = (name) => {
  asked.set("mode", name);
  asked.delete("outline");
  $("#toolbar select").value = name;
  dressed(name);
  show({ anew: true });
  fit();
};

// The page's own parts, taken from the page as it is now; what is being written stays as it is.
const PARTS = ["tools", "news", "contents", "panel", "inbox", "toolbar"];
const unsaved = (field) => {
  const was = field.form?.elements[`was_${field.name}`];
  return was ? field.value.trim() !== was.value.replaceAll("\r\n", "\n").trim() : false;
};
const keyOf = (field) => `${field.form?.id}/${field.name}`;
const keep = () => {
  const fields = $$("#panel textarea, #panel input:not([type=hidden], [type=file], [type=checkbox], [type=radio])");
  const words = new Map(fields.filter((f) => unsaved(f) || (!f.form?.elements[`was_${f.name}`] && f.value !== f.defaultValue)).map((f) => [keyOf(f), f.value]));
  const held = document.activeElement;
  const focus = held?.form ? { key: keyOf(held), at: held.selectionStart, to: held.selectionEnd } : null;
  const article = held?.closest?.("[data-article]")?.dataset.article;
  return { words, focus, article, open: $$("#panel details[open] > summary").map((each) => each.textContent), tops: ["#contents", ".panel-body"].map((s) => [s, $(s)?.scrollTop ?? 0]), selected: $(".panel-body")?.dataset.panel };
};
const restore = (kept) => {
  if ($(".panel-body")?.dataset.panel === kept.selected) {
    for (const field of $$("#panel textarea, #panel input")) {
      if (kept.words.has(keyOf(field))) {
        field.value = kept.words.get(keyOf(field));
        saveSoon(field); // what waited to be saved was in the field that is gone
      }
      if (kept.focus?.key === keyOf(field) && field.type !== "hidden") {
        field.focus({ preventScroll: true });
        try { field.setSelectionRange(kept.focus.at, kept.focus.to); } catch { /* no text field */ }
      }
    }
    for (const summary of $$("#panel summary")) if (kept.open.includes(summary.textContent)) summary.parentElement.open = true;
    for (const [selector, top] of kept.tops) if ($(selector)) $(selector).scrollTop = top;
  } else {
    $("#contents").scrollTop = kept.tops[0][1];
  }
  if (kept.article) $(`[data-article="${kept.article}"] > a`)?.focus({ preventScroll: true });
};
let swapping = false;
const swap = (text) => {
  const page = new DOMParser().parseFromString(text, "text/html");
  if (!page.getElementById("contents")) { location.reload(); return; }
  const kept = keep();
  // where somebody has to choose between two versions, nothing is taken from under their hands
  const chooses = kept.selected === $(".panel-body", page)?.dataset.panel && $("#panel [data-choice]");
  swapping = true; // a field that is taken away is not left by its editor
  for (const id of PARTS) {
    const made = page.getElementById(id);
    const old = document.getElementById(id);
    if (made && old && !(chooses && id === "panel")) old.replaceWith(document.importNode(made, true));
  }
  swapping = false;
  restore(kept);
  ready();
};
const refresh = async (url = location.href) => {
  const answer = await ask(url, { headers: { Accept: "text/html" } });
  swap(await answer.text());
};
const both = () => Promise.all([refresh(), show()]).catch((error) => {
  contents().dataset.hash = ""; // so that the next look reads it again
  throw error;
});

// Selecting a part of the issue.
const go = async (url, { push = true, view = "panel" } = {}) => {
  try {
    if (!(await settle())) return;
    await refresh(url);
  } catch (error) {
    toast(error.message, true);
    return;
  }
  if (push) history.pushState(null, "", url);
  if (view) main.dataset.view = view;
};
const urlAt = (at) => {
  const url = new URL(location.href);
  for (const key of ["q", "page", "outline"]) url.searchParams.delete(key);
  if (at) url.searchParams.set("at", at);
  else url.searchParams.delete("at");
  url.hash = "";
  return url.href;
};
const select = async (at) => {
  await go(urlAt(at));
  await outline(at.startsWith("a-") ? `article ${at.slice(2)}` : "");
};

// Acts: one after the other, each upon what the one before it has left.
let line = Promise.resolve();
const inLine = (work) => {
  const done = line.then(work);
  line = done.catch(() => {});
  return done;
};
const post = (url, data) => inLine(async () => {
  if (data.has("seen")) data.set("seen", contents().dataset.acts);
  document.body.setAttribute("aria-busy", "true");
  try {
    const answer = await ask(url, { method: "POST", body: data, headers: { Accept: "application/json" } });
    const type = answer.headers.get("Content-Type") ?? "";
    if (!type.startsWith("application/json")) throw new Lost(answer.ok ? SIGNED_OUT : say("odd", { status: answer.status }));
    const said = await answer.json();
    if (answer.ok) Object.assign(contents().dataset, { acts: said.acts, hash: said.hash });
    return { ok: answer.ok, ...said };
  } finally {
    document.body.removeAttribute("aria-busy");
  }
});
const act = async (fields) => {
  if (!contents().dataset.name) {
    $(".who").open = true;
    $(".who input").focus();
    toast(say("who"), true);
    return false;
  }
  const data = new FormData();
  data.set("seen", contents().dataset.acts);
  for (const [key, value] of Object.entries(fields)) data.set(key, value);
  for (const name of contents().dataset.reach.split(",").filter(Boolean)) data.append("reach", name);
  try {
    const said = await post(contents().dataset.edit, data);
    toast(said.said, !said.ok);
    await both();
    return said.ok;
  } catch (error) {
    toast(error.message, true);
    return false;
  }
};

// Forms: sent by script, refused beside the field; of a conflict both versions are shown.
const trouble = (form, said, again, theirs) => {
  $(".trouble", form)?.remove();
  const box = Object.assign(document.createElement("div"), { className: "trouble" });
  box.setAttribute("role", "alert");
  if (theirs) box.dataset.choice = "";
  box.append(Object.assign(document.createElement("p"), { textContent: said }));
  const field = $$("textarea", form).find(unsaved);
  const name = field && (field.name === "value" ? form.elements.verb?.value : field.name);
  const stands = theirs?.[name];
  if (stands !== undefined) {
    const quote = Object.assign(document.createElement("blockquote"), { textContent: stands || say("empty"), dir: "auto" });
    box.append(quote);
  }
  const row = Object.assign(document.createElement("p"), { className: "acts" });
  const button = (label, does) => {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: label });
    made.addEventListener("click", does);
    row.append(made);
  };
  button(theirs ? say("mine") : say("again"), again);
  if (theirs) button(say("theirs"), () => { if (field) field.value = field.form.elements[`was_${field.name}`].value; box.remove(); both(); });
  if (said === SIGNED_OUT) row.append(Object.assign(document.createElement("a"), { href: "/login", target: "_blank", rel: "noopener", textContent: say("sign_in") }));
  box.append(row);
  (field?.closest(".said") ?? form).append(box);
};
const send = async (form, button) => {
  const data = new FormData(form, button?.name ? button : undefined);
  if (form.matches("[data-save]") && !data.has("verb")) data.set("verb", "words");
  $(".trouble", form)?.remove();
  const words = new Map($$("textarea", form).map((field) => [field, field.value]));
  let said;
  try {
    said = await post(form.action, data);
  } catch (error) {
    trouble(form, error.message, () => send(form, button));
    return false;
  }
  if (!said.ok) {
    if (said.acts) contents().dataset.acts = said.acts;
    trouble(form, said.said, () => send(form, button), said.theirs);
    return false;
  }
  for (const [field, value] of words) {
    const was = form.elements[`was_${field.name}`];
    if (was) was.value = value;
  }
  toast(said.said);
  for (const field of $$("input:not([type=hidden]), textarea", form)) if (!form.matches("[data-save]")) field.value = field.defaultValue;
  await both();
  return true;
};
// Words that are not saved are saved before one goes on; False where that was refused.
const settle = async () => {
  for (const form of $$("form[data-save]")) {
    if (!$$("textarea", form).some(unsaved)) continue;
    const choice = $("[data-choice]", form);
    if (choice) { $("button", choice).focus(); return false; }
    if (!(await save(form))) return false;
  }
  return true;
};
const save = (form) => {
  if (form.elements.by && !form.elements.by.value) { form.elements.by.focus(); return Promise.resolve(false); }
  return send(form, null);
};

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (form.method === "dialog" || !main.contains(form) && !$("#tools").contains(form)) return;
  event.preventDefault();
  if (form.method === "get") {
    const url = new URL(form.action);
    url.search = new URLSearchParams(new FormData(form));
    if (form.matches(".mode")) mode(form.elements.mode.value);
    else go(url.href);
    return;
  }
  send(form, submitter);
});

let pause;
const saveSoon = (field) => {
  clearTimeout(pause);
  const form = field.closest?.("form[data-save]");
  if (form && field.matches("textarea") && contents().dataset.name) pause = setTimeout(() => { if (unsaved(field) && form.isConnected && !$(".trouble", form)) save(form); }, 400);
};
document.addEventListener("input", (event) => {
  const field = event.target;
  count(field);
  if (field.dataset.field) for (const each of $$(`[data-live="${field.dataset.field}"]`)) each.textContent = field.value;
  saveSoon(field);
});
document.addEventListener("change", (event) => {
  if (event.target.matches(".mode select")) mode(event.target.value);
  if (event.target.matches("[type=file]")) picture(event.target);
  if (event.target.closest("#overrides")) weigh();
});
addEventListener("focusout", (event) => {
  const form = event.target.closest?.("form[data-save]");
  if (form && !swapping && event.target.matches("textarea") && unsaved(event.target) && contents().dataset.name && !form.contains(event.relatedTarget) && !$("[data-choice]", form)) {
    clearTimeout(pause);
    save(form);
  }
});
addEventListener("beforeunload", (event) => { if ($$("#panel textarea").some(unsaved)) event.preventDefault(); });

// A form waits for its picture to be ready.
const picture = async (field) => {
  const buttons = $$("button", field.form);
  for (const button of buttons) button.disabled = true;
  await lighten(field);
  field.setCustomValidity(field.files[0]?.size > 450_000 ? say("too_large") : "");
  field.reportValidity();
  for (const button of buttons) button.disabled = false;
};

const count = (field) => {
  const line = field.closest?.(".said")?.querySelector(".count");
  if (!line) return;
  const most = Number(field.dataset.most);
  const length = [...field.value.trim()].length;
  line.textContent = most ? say(length > most ? "over" : "characters", { n: length, over: length - most }) : "";
  line.classList.toggle("over", Boolean(most) && length > most);
};

// The approval says what it needs until every error is ticked; who ticks one says why.
const weigh = () => {
  const overrides = $("#overrides");
  if (!overrides) return;
  const ticks = $$("[type=checkbox]", overrides);
  const approve = $("#approve");
  approve.dataset.needs ??= approve.textContent;
  approve.textContent = ticks.every((tick) => tick.checked) ? approve.dataset.ready : approve.dataset.needs;
  $("[name=reason]", overrides).required = ticks.some((tick) => tick.checked);
};

// A row's arrows. The row leaves from under the pointer: what is clicked there again is meant for it.
const AGAIN = 800; // milliseconds
let pushed = null;
document.addEventListener("click", (event) => {
  const { clientX: x, clientY: y, timeStamp: at } = event;
  const again = event.detail > 0 && pushed && at - pushed.at < AGAIN && x === pushed.x && y === pushed.y;
  const button = event.target.closest?.(".row-acts [data-by]");
  if (!again && !button) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const row = again ? $(`#contents [data-article="${pushed.article}"]`) : button.closest("[data-article]");
  pushed = { at, x, y, by: again ? pushed.by : Number(button.dataset.by), article: row?.dataset.article };
  if (row) move(pushed.by, row);
}, { capture: true });

// Clicks: a part is selected without a load; a width and a mode change the frame alone.
document.addEventListener("click", (event) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = event.target.closest?.("a");
  if (!link) return;
  if (link.dataset.width) { event.preventDefault(); choose(link.dataset.width); }
  else if (link.dataset.mode) { event.preventDefault(); mode(link.dataset.mode); main.dataset.view = "email"; }
  else if (link.closest(".views")) { event.preventDefault(); main.dataset.view = link.hash.slice(1); }
  else if (link.matches("[data-part]")) { event.preventDefault(); go(link.href); }
  else if (link.dataset.at !== undefined) {
    event.preventDefault();
    const { at, focus, outline: where } = link.dataset;
    (async () => {
      await go(urlAt(at));
      await outline(where ?? (at.startsWith("a-") ? `article ${at.slice(2)}` : ""));
      if (focus) $(`[data-field="${focus}"]`)?.focus();
    })();
  }
});
addEventListener("popstate", () => go(location.href, { push: false, view: null }));

// What is clicked in the email is selected; where a link leads is opened beside.
const listen = () => {
  dressed(asked.get("mode") ?? "light");
  find();
  frame.contentDocument?.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const row = link && $$("[data-url]").find((each) => each.dataset.url === link.getAttribute("href"));
    if (!link) return;
    event.preventDefault();
    if (row) select(`a-${row.dataset.article}`);
    else if (/^https?:/.test(link.href)) open(link.href, "_blank", "noopener");
  });
};

// A row stands in its new place at once, so that the next act counts from there; back where it was refused.
const put = async (row, list, before, fields) => {
  const { parentElement: from, nextSibling: next } = row;
  const held = row.contains(document.activeElement) ? document.activeElement : null;
  list.insertBefore(row, before ?? null);
  held?.focus();
  if (!(await act({ article: row.dataset.article, ...fields }))) from.insertBefore(row, next?.parentElement === from ? next : null);
};

// Order by mouse.
let dragged = null;
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-article]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.textContent.trim());
  dragged.classList.add("dragged");
});
const target = (event) => {
  const part = event.target.closest?.("[data-section]");
  if (!dragged || !part) return null;
  const rows = $$("[data-article]", part).filter((row) => row !== dragged);
  const before = rows.find((row) => { const box = row.getBoundingClientRect(); return event.clientY < box.top + box.height / 2; });
  return { part, before, place: (before ? rows.indexOf(before) : rows.length) + 1 };
};
const unmark = () => { for (const each of $$(".drop-before, .drop-end")) each.classList.remove("drop-before", "drop-end"); };
document.addEventListener("dragover", (event) => {
  const there = target(event);
  if (!there) return;
  event.preventDefault();
  unmark();
  if (there.before) there.before.classList.add("drop-before");
  else $("ol", there.part).classList.add("drop-end");
});
document.addEventListener("drop", (event) => {
  const there = target(event);
  if (!there) return;
  event.preventDefault();
  const same = dragged.closest("[data-section]") === there.part;
  put(dragged, $("ol", there.part), there.before, { verb: `move ${there.place}`, ...(same ? {} : { section: there.part.dataset.section }) });
});
document.addEventListener("dragend", () => { dragged?.classList.remove("dragged"); dragged = null; unmark(); });

// Order and acts by keys.
const KEYS_OFF = "digest-keys-off";
const rows = () => $$("[data-article]");
const current = () => document.activeElement?.closest?.("#contents [data-article]") ?? $("[data-article].now");
const step = (by) => {
  const all = rows();
  const next = all[Math.max(0, Math.min(all.length - 1, all.indexOf(current()) + by))];
  if (!next) return;
  $("a", next).focus();
  select(`a-${next.dataset.article}`);
};
const move = (by, row = current()) => {
  if (!row) return;
  const beside = $$("[data-article]", row.parentElement);
  const at = beside.indexOf(row) + by;
  if (beside[at]) return put(row, row.parentElement, by < 0 ? beside[at] : beside[at].nextSibling, { verb: `move ${at + 1}` });
  // over the edge of its section: to the near end of the next
  const parts = $$("[data-section]");
  const part = parts[parts.indexOf(row.closest("[data-section]")) + by];
  if (!part) return;
  const there = $$("[data-article]", part);
  const place = by > 0 ? 1 : there.length + 1;
  put(row, $("ol", part), there[place - 1], { verb: `move ${place}`, section: part.dataset.section });
};
const on = (verb) => () => { const row = current(); if (row) act({ verb, article: row.dataset.article }); };
const press = (selector) => () => { const button = $(selector); if (button && !button.disabled) button.click(); };
let entering = 0; // while a field is on its way, what is typed is meant for it and is no key
const enter = (at, field) => async () => {
  const row = current();
  if (at === null && !row) return;
  entering += 1;
  try {
    await select(at ?? `a-${row.dataset.article}`);
    $(field)?.focus();
  } finally {
    setTimeout(() => { entering -= 1; }, 200);
  }
};
const keys = {
  j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
  J: () => move(1), K: () => move(-1), "Shift+ArrowDown": () => move(1), "Shift+ArrowUp": () => move(-1),
  p: on("pin"), h: on("hide"), d: on("delay"),
  m: enter(null, "#panel [name=section]"), e: enter(null, "#panel [name=title]"),
  s: enter("words", '[data-field="subject"]'),
  z: press("[data-undo]"), y: press("[data-redo]"),
  n: press("a[data-next]"),
  a: enter("", "#approve"), "/": enter("left", "#panel [type=search]"),
  "?": () => $("#keys").showModal(),
};
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches?.(".placed select, .placed input")) {
    event.preventDefault();
    $(".placed button").click();
    return;
  }
  if (event.key === "Escape" && event.target.matches?.("#panel textarea, #panel input")) { event.target.blur(); return; }
  if (entering || event.altKey || event.metaKey || event.ctrlKey || localStorage.getItem(KEYS_OFF)) return;
  if (event.target.matches?.("input, textarea, select") || event.target.closest?.("dialog")) return;
  const arrow = event.key.startsWith("Arrow");
  if (arrow && !event.target.closest?.("#contents") && event.target !== document.body) return;
  const does = keys[arrow && event.shiftKey ? `Shift+${event.key}` : event.key];
  if (!does) return;
  event.preventDefault();
  does();
});

// What others change is seen within seconds.
const look = async () => {
  if (document.hidden) return;
  try {
    const now = await (await ask(contents().dataset.state)).json();
    await inLine(() => {});
    const same = now.acts === Number(contents().dataset.acts) && now.hash === contents().dataset.hash;
    const restyled = now.look !== contents().dataset.look;
    if (same && !restyled) return;
    if (now.acts < Number(contents().dataset.acts)) return;
    const mine = $$("form[data-save]").find((form) => $$("textarea", form).some(unsaved));
    // what one is writing upon is as it was when one began: a conflict is to be told
    const seen = mine && contents().dataset.acts;
    await both();
    if (seen) contents().dataset.acts = seen;
    else toast(same ? say("restyled") : say("changed"));
  } catch { /* the next act says so */ }
};
setInterval(look, 2000);

// The whole store, where the desk has a search for it.
const stored = async () => {
  const list = $("#stored");
  const words = $("#panel [type=search]")?.value.trim();
  if (!list || !words) return;
  const answer = await ask(`${list.dataset.search}?${new URLSearchParams({ q: words })}`).catch(() => null);
  if (!answer?.ok || !(answer.headers.get("Content-Type") ?? "").startsWith("application/json")) return;
  const said = await answer.json();
  const here = new Set([...rows().map((row) => row.dataset.article), ...$$("#panel .out button").map((button) => button.value)]);
  for (const each of (said.articles ?? said).filter?.((found) => !here.has(found.id)) ?? []) {
    const item = document.createElement("li");
    const text = document.createElement("span");
    text.append(Object.assign(document.createElement("span"), { textContent: each.title, dir: "auto" }), document.createElement("br"), Object.assign(document.createElement("small"), { textContent: [each.source, each.published?.slice(0, 10), say("stored")].filter(Boolean).join(" · ") }));
    const button = Object.assign(document.createElement("button"), { name: "article", value: each.id, textContent: say("bring") });
    button.setAttribute("aria-label", say("bring_what", { title: each.title }));
    item.append(text, button);
    list.append(item);
  }
  list.hidden = !list.children.length;
};

const ready = () => {
  // with a script the arrows lead over a section's edge, too
  const all = rows();
  for (const button of contents().dataset.name ? $$("#contents [data-by]") : []) {
    const row = button.closest("[data-article]");
    const part = row.closest("[data-section]");
    button.disabled = Number(button.dataset.by) < 0
      ? row === all[0] && part === $("[data-section]")
      : row === all.at(-1) && part === $$("[data-section]").at(-1);
  }
  for (const field of $$("#panel textarea")) count(field);
  for (const each of $$("#ask")) {
    each.hidden = false;
    each.addEventListener("click", () => $("#keys").showModal());
  }
  weigh();
  stored();
  choose(frame.dataset.width);
  if ($("#toolbar select")) $("#toolbar select").value = asked.get("mode") ?? "light";
};
$("#keys-on").checked = !localStorage.getItem(KEYS_OFF);
$("#keys-on").addEventListener("change", (event) => {
  if (event.target.checked) localStorage.removeItem(KEYS_OFF);
  else localStorage.setItem(KEYS_OFF, "1");
});
frame.addEventListener("load", listen);
if (frame.contentDocument?.readyState === "complete") listen();
// where there is little room, a phone's width is the first that is shown
new ResizeObserver(() => {
  const room = frame.parentElement.clientWidth;
  if (room && room < 600 && !frame.dataset.seen && frame.dataset.width === "600") choose(375);
  if (room) frame.dataset.seen = "1";
  fit();
}).observe(frame.parentElement);
document.documentElement.classList.add("scripted");
if (new URL(location.href).searchParams.has("at")) main.dataset.view = "panel";
ready();
main.dataset.ready = "1";
