// A photograph is made as small as an email needs before it is sent: the desk takes no large bodies.
const WIDEST = 1200; // pixels
const LIGHT = 400_000; // bytes
export const lighten = async (field) => {
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
