// The frame of the simulated Picker: lists the person's files, and tells the page that opened it what was chosen.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  let opener = null;
  let settings = null;
  let files = [];

  const tell = (message) => parent.postMessage({ simulatedPicker: settings.id, ...message }, opener);

  const ask = async (path, more) => {
    const { token, key, appId } = settings;
    const answer = await fetch("/picker/" + path, { method: "POST", body: JSON.stringify({ token, key, appId, ...more }) });
    const value = await answer.json();
    if (!answer.ok) throw new Error(value.error.message);
    return value;
  };

  const isOffered = (file) => {
    const { mimeTypes, includeFolders } = settings;
    if (file.isFolder) return includeFolders;
    return mimeTypes.length === 0 || mimeTypes.includes(file.mimeType);
  };

  const show = () => {
    const list = byId("files");
    for (const file of files) {
      const label = document.createElement("label");
      const box = document.createElement("input");
      box.type = settings.isMultiple ? "checkbox" : "radio";
      box.name = "file";
      box.value = file.id;
      box.disabled = file.isFolder && !settings.canSelectFolders;
      label.append(box, " " + (file.isFolder ? "Folder: " : "") + file.name);
      list.append(label);
    }
    byId("status").textContent = files.length === 0 ? "There is nothing to choose here." : files.length + " entries";
    byId("form").hidden = false;
  };

  const fail = (error) => {
    byId("status").textContent = "The simulated Picker refuses: " + error.message;
    byId("form").hidden = false;
  };

  window.addEventListener("message", async (event) => {
    if (event.source !== parent || settings !== null || !event.data || !event.data.simulatedPicker) return;
    opener = event.origin;
    settings = { ...event.data.settings, id: event.data.simulatedPicker };
    if (settings.title) byId("title").textContent = settings.title;
    try {
      files = (await ask("files", {})).files.filter(isOffered);
      show();
      tell({ action: "loaded" });
    } catch (error) {
      fail(error);
    }
  });

  byId("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const ids = [...document.querySelectorAll("input[name=file]:checked")].map((box) => box.value);
    if (ids.length === 0) {
      byId("status").textContent = "Nothing is chosen yet.";
      return;
    }
    try {
      await ask("pick", { ids });
      tell({ action: "picked", docs: files.filter((file) => ids.includes(file.id)) });
    } catch (error) {
      fail(error);
    }
  });

  byId("cancel").addEventListener("click", () => tell({ action: "cancel" }));
  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && settings !== null) tell({ action: "cancel" });
  });

  // Any page may open the frame; it learns nothing from this, and the frame nothing without a token.
  parent.postMessage({ simulatedPickerReady: true }, "*");
})();
