/** A file that is too large is refused before it is sent. */

const input = document.querySelector("input[type=file]");
const most = Number(document.querySelector("[data-largest]").dataset.largest);
const notice = document.querySelector("[data-too-large]");
const button = input.form.querySelector("button");

input.addEventListener("change", () => {
  const isTooLarge = (input.files[0]?.size ?? 0) > most;
  notice.hidden = !isTooLarge;
  button.disabled = isTooLarge;
});
