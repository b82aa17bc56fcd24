"use strict";

/** The path of this platform's program. */
function binary() {
  const platform = `${process.platform}-${process.arch}`;
  const name = process.platform === "win32" ? "bacasable.exe" : "bacasable";
  try {
    return require.resolve(`@bacasable/${platform}/bin/${name}`);
  } catch {
    throw new Error(
      `bacasable: no program for ${platform} is installed: install with optional dependencies, or take the archive, the image, ` +
        "or cargo install (see the README)",
    );
  }
}

module.exports = { binary };
