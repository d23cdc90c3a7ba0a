/** Resolves when an element comes near the screen for the first time. */
export function seen(element) {
  return new Promise((resolve) => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        resolve();
      },
      { rootMargin: "300px" },
    );
    observer.observe(element);
  });
}
