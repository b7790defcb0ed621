/** Says a chosen crontab in words, beside the list it is chosen from (the form of a task of beat). */

const said = JSON.parse(document.getElementById("readable-crontabs").textContent);
const field = document.querySelector(".field-crontab");
const select = document.getElementById("id_crontab");

if (field && select) {
  const words = document.createElement("p");
  words.className = "help";
  words.setAttribute("role", "status");
  field.append(words);
  const tell = () => { words.textContent = said[select.value] ?? ""; };
  globalThis.django.jQuery(select).on("change", tell); // its own events as well as the browser's
  select.addEventListener("change", tell);
  tell();
}
