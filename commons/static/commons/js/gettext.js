/** Sentences in the reader's language: from the catalogue that their page brought, else as they stand in the code. */

const catalogue = globalThis.django ?? {};

export const gettext = (said) => catalogue.gettext?.(said) ?? said;
export const ngettext = (one, many, count) => catalogue.ngettext?.(one, many, count) ?? (count === 1 ? one : many);
export const pgettext = (context, said) => catalogue.pgettext?.(context, said) ?? said;

/** Put the values into a sentence that names them: filled(gettext("%(letter)s stays"), { letter }). */
export const filled = (said, values) => said.replace(/%\((\w+)\)s/g, (_, name) => values[name]);

const language = document.documentElement.lang || "en";
const list = new Intl.ListFormat(language === "en" ? "en-GB" : language); // "A, B and C"

export const listed = (names) => list.format(names);
