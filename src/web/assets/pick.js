// Opens Google's Picker with what the page hands over. Picking grants access by itself; nothing is sent to us.
"use strict";
(() => {
  const page = document.getElementById("picker");
  const open = document.getElementById("open-picker");
  const told = document.getElementById("picked");
  if (!page || !open) return;
  const tell = (words) => {
    told.textContent = words;
  };
  const fail = () => tell("Google’s window could not be loaded. Load this page again, or share a folder instead.");
  if (!window.gapi) {
    fail();
    return;
  }
  let count = 0;
  const answered = (answer) => {
    const picker = window.google.picker;
    const action = answer[picker.Response.ACTION];
    if (action === picker.Action.PICKED) {
      count += (answer[picker.Response.DOCUMENTS] || []).length;
      tell(count === 1 ? "One file picked. Pick more, or go on to the review." : `${count} files picked. Pick more, or go on to the review.`);
      open.focus();
    } else if (action === picker.Action.CANCEL) {
      tell(count === 0 ? "Nothing was picked." : `Closed. ${count} picked so far.`);
      open.focus();
    }
  };
  const show = () => {
    const picker = window.google.picker;
    const view = new picker.DocsView(picker.ViewId.DOCS).setIncludeFolders(true).setSelectFolderEnabled(false);
    new picker.PickerBuilder()
      .addView(view)
      .enableFeature(picker.Feature.MULTISELECT_ENABLED)
      .setOAuthToken(page.dataset.token)
      .setDeveloperKey(page.dataset.key)
      .setAppId(page.dataset.app)
      .setTitle("Pick the files to be reviewed")
      .setCallback(answered)
      .build()
      .setVisible(true);
  };
  window.gapi.load("picker", {
    callback: () => {
      open.disabled = false;
      tell("Ready. Open Google’s window and pick your files.");
      open.addEventListener("click", show);
    },
    onerror: fail,
  });
})();
