// The preview's tools: width, dark, images off, plain text; the part of the page that was changed; words that are not saved; what an approval needs.
const frame = document.getElementById("proof");
const widths = [...document.querySelectorAll("[data-width]")];
const [dark, images, text] = ["dark", "images", "text"].map((name) => document.querySelector(`button[data-${name}]`));
const press = (button, on) => button.setAttribute("aria-pressed", on ? "true" : "false");
const isOn = (button) => button.getAttribute("aria-pressed") === "true";
const TEXT = 660; // 78 characters and a margin

// As wide as asked for; where the room is narrower, smaller, so that the layout is the true one.
const fit = () => {
  const room = frame.parentElement.clientWidth;
  const width = isOn(text) ? TEXT : Number(widths.find(isOn).dataset.width);
  const scale = isOn(text) ? 1 : Math.min(1, room / width);
  frame.style.cssText = `width: ${width}px; max-width: ${scale < 1 ? "none" : "100%"}; height: ${100 / scale}%; transform: scale(${scale}); ${scale < 1 ? "display: block;" : ""}`;
};

const show = () => {
  const asked = new URLSearchParams();
  if (isOn(dark)) asked.set("dark", "1");
  if (isOn(images)) asked.set("images", "off");
  frame.src = `${isOn(text) ? frame.dataset.text : frame.dataset.page}?${asked}`;
  frame.classList.toggle("dark", isOn(dark) && !isOn(text));
  fit();
};

const choose = (button) => {
  for (const other of widths) press(other, other === button);
  fit();
};

const open = () => {
  const part = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (part instanceof HTMLDetailsElement) part.open = true;
};

// Words are not saved where a field says something else than was shown, but for those that are just being sent.
const shown = (field) => field.form.elements[`was_${field.name}`]?.value ?? "";
const isUnsaved = (field) => field.value.trim() !== shown(field).replaceAll("\r\n", "\n").trim();
let sent = null;
document.addEventListener("submit", (event) => { sent = event.target; });
addEventListener("beforeunload", (event) => {
  const words = [...document.querySelectorAll("textarea")];
  if (words.some((field) => field.form !== sent && isUnsaved(field))) event.preventDefault();
  sent = null;
});

// A photograph is made as small as an email needs before it is sent: the desk takes no large bodies.
const WIDEST = 1200; // pixels
const LIGHT = 400_000; // bytes
const lighten = async (field) => {
  const [file] = field.files;
  if (!file || file.size <= LIGHT) return;
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!bitmap) return; // what is no picture is told by the desk
  const scale = Math.min(1, WIDEST / bitmap.width);
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(bitmap.width * scale), height: Math.round(bitmap.height * scale) });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  for (const quality of [0.85, 0.7, 0.5]) {
    const small = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", quality); });
    if (small.size > LIGHT && quality > 0.5) continue;
    const files = new DataTransfer();
    files.items.add(new File([small], "picture.jpg", { type: "image/jpeg" }));
    field.files = files.files;
    return;
  }
};
// A form waits for its picture to be ready.
for (const field of document.querySelectorAll("input[type=file]")) {
  field.addEventListener("change", async () => {
    const buttons = [...field.form.querySelectorAll("button")];
    for (const button of buttons) button.disabled = true;
    await lighten(field);
    for (const button of buttons) button.disabled = false;
  });
}

// The approval says what it needs until every error is ticked; who ticks one says why.
const overrides = document.getElementById("overrides");
const weigh = () => {
  const ticks = [...overrides.querySelectorAll("[type=checkbox]")];
  const approve = overrides.form.querySelector("[data-ready]");
  approve.dataset.needs ??= approve.textContent;
  approve.textContent = ticks.every((tick) => tick.checked) ? approve.dataset.ready : approve.dataset.needs;
  overrides.querySelector("[name=reason]").required = ticks.some((tick) => tick.checked);
};
if (overrides) {
  overrides.addEventListener("change", weigh);
  weigh();
}

if (frame) {
  for (const button of widths) button.addEventListener("click", () => choose(button));
  for (const button of [dark, images, text]) {
    button.addEventListener("click", () => {
      press(button, !isOn(button));
      show();
    });
  }
  addEventListener("resize", fit);
  if (frame.parentElement.clientWidth < 600) choose(widths[1]);
  else fit();
}
addEventListener("hashchange", open);
open();
