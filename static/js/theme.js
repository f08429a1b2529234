// The theme. Runs before the first paint: applies the stored one, marks that scripts run, and switches it on demand.
(() => {
  const STORED = "convscope.theme";
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const theme = localStorage.getItem(STORED);
    if (theme === "dark" || theme === "light") root.dataset.theme = theme;
  } catch {
    // Without access to storage, the theme of the system applies.
  }
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element && event.target.closest("#theme"))) return;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try {
      localStorage.setItem(STORED, root.dataset.theme);
    } catch {
      // Without access to storage, the choice lasts as long as the page.
    }
  });
})();
