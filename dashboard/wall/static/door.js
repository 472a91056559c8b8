// A screen without a keyboard follows a link that carries its code: the form is sent by itself.
const form = document.querySelector("form[data-ready]");
if (form) form.submit();
