/* The theme's button to print, whose own handler would have to stand in each page. */
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) print();
});
