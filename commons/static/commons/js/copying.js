/** Buttons that copy a field. Where the browser keeps its clipboard shut, the field is selected. */

for (const button of document.querySelectorAll("[data-copies]")) {
  const field = document.getElementById(button.dataset.copies);
  const says = document.getElementById(button.dataset.says);
  button.hidden = false; // without scripts there is nothing that it could do
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value); // there only over HTTPS and on localhost
      says.textContent = button.dataset.done;
    } catch {
      says.textContent = document.execCommand("copy") ? button.dataset.done : button.dataset.failed;
    }
  });
}
