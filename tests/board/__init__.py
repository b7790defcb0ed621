"""The ranking board in a JavaScript engine alone: no browser, no page, no database."""
