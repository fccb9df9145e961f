"use strict";

Data.load().then((page) => {
  Model.begin(page);
  Shown.begin(page);
  // What the page computes by itself comes after its first picture.
  requestAnimationFrame(() => {
    setTimeout(() => {
      Drawing.begin(page);
      SelfTest.begin(page);
    });
  });
});
