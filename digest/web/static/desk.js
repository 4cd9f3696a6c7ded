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

dark?.addEventListener("click", () => {
  press(dark, !isOn(dark));
  frame.classList.toggle("dark", isOn(dark));
});

const show = () => {
  const page = isOn(text) ? frame.dataset.text : frame.dataset.page;
  frame.src = isOn(images) ? `${page}?images=off` : page;
};

for (const button of [images, text]) {
  button?.addEventListener("click", () => {
    press(button, !isOn(button));
    show();
  });
}
