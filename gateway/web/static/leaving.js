// A form that leaves for another site goes by itself; without a script its button does the same.
document.querySelector("[data-leaving]")?.requestSubmit();
