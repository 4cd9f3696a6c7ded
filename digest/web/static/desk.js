// The preview's tools: width, dark, images off, plain text.
const frame = document.getElementById("proof");
const press = (button, on) => button.setAttribute("aria-pressed", on ? "true" : "false");
const isOn = (button) => button.getAttribute("aria-pressed") === "true";

for (const button of document.querySelectorAll("[data-width]")) {
  button.addEventListener("click", () => {
    for (const other of document.querySelectorAll("[data-width]")) press(other, other === button);
    frame.style.width = `${button.dataset.width}px`;
  });
}

const dark = document.querySelector("[data-dark]");
const images = document.querySelector("button[data-images]");
const text = document.querySelector("button[data-text]");

const show = () => {
  const asked = new URLSearchParams();
  if (isOn(dark)) asked.set("dark", "1");
  if (isOn(images)) asked.set("images", "off");
  frame.src = `${isOn(text) ? frame.dataset.text : frame.dataset.page}?${asked}`;
  frame.classList.toggle("dark", isOn(dark) && !isOn(text));
};

for (const button of [dark, images, text]) {
  button?.addEventListener("click", () => {
    press(button, !isOn(button));
    show();
  });
}
