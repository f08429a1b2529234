// Runs before the first paint: applies the stored theme and marks that scripts run.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const theme = localStorage.getItem("convscope.theme");
    if (theme === "dark" || theme === "light") root.dataset.theme = theme;
  } catch {
    // Without access to storage, the theme of the system applies.
  }
})();
