// Where the reader is.

/** Where the reader is, if they let the page know. */
export function place() {
  return new Promise((found, refused) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => found(coords),
      () => refused(new Error("Your browser does not say where you are.")),
      { maximumAge: 600_000, timeout: 10_000 },
    );
  });
}
