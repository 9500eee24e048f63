// A stand-in for the part of Google's Picker that a page uses. It opens a frame of the simulated Google.
"use strict";
(() => {
  const origin = new URL(document.currentScript.src).origin;
  const Action = { PICKED: "picked", CANCEL: "cancel", LOADED: "loaded" };
  const Response = { ACTION: "action", DOCUMENTS: "docs", VIEW: "viewToken" };
  const Document = { ID: "id", NAME: "name", MIME_TYPE: "mimeType", TYPE: "type", URL: "url" };
  const Feature = { MULTISELECT_ENABLED: "multiselectEnabled", NAV_HIDDEN: "navHidden", SUPPORT_DRIVES: "sdr" };
  const ViewId = { DOCS: "all", FOLDERS: "folders", DOCUMENTS: "documents", PDFS: "pdfs", SPREADSHEETS: "spreadsheets" };
  const DocsViewMode = { LIST: "list", GRID: "grid", TREE: "tree" };

  class DocsView {
    constructor(viewId) {
      this.viewId = viewId || ViewId.DOCS;
      this.includeFolders = this.viewId === ViewId.FOLDERS;
      this.canSelectFolders = false;
      this.mimeTypes = [];
    }
    setIncludeFolders(is) { this.includeFolders = Boolean(is); return this; }
    setSelectFolderEnabled(is) { this.canSelectFolders = Boolean(is); return this; }
    setMimeTypes(types) { this.mimeTypes = String(types).split(",").map((type) => type.trim()).filter(Boolean); return this; }
    setEnableDrives() { return this; }
    setMode() { return this; }
    setOwnedByMe() { return this; }
    setParent() { return this; }
    setQuery() { return this; }
    setLabel() { return this; }
  }

  class Picker {
    constructor(builder) {
      this.builder = builder;
      this.frame = null;
      this.id = "picker-" + Math.random().toString(36).slice(2);
      this.hear = (event) => this.heard(event);
    }
    isVisible() { return this.frame !== null; }
    setVisible(is) {
      if (is && this.frame === null) this.open();
      if (!is) this.close();
      return this;
    }
    dispose() { this.close(); }
    open() {
      this.before = window.document.activeElement;
      this.frame = window.document.createElement("iframe");
      this.frame.src = origin + "/picker/frame";
      this.frame.title = this.builder.title || "Choose files";
      this.frame.className = "picker-dialog";
      Object.assign(this.frame.style, {
        position: "fixed", inset: "5vh 5vw", width: "90vw", height: "90vh", border: "1px solid #444", borderRadius: "8px", background: "#fff", zIndex: "2147483000",
      });
      window.addEventListener("message", this.hear);
      window.document.body.append(this.frame);
      this.frame.focus();
    }
    close() {
      if (this.frame === null) return;
      window.removeEventListener("message", this.hear);
      this.frame.remove();
      this.frame = null;
      if (this.before && this.before.focus) this.before.focus();
    }
    heard(event) {
      if (this.frame === null || event.origin !== origin || event.source !== this.frame.contentWindow || !event.data) return;
      if (event.data.simulatedPickerReady) {
        this.frame.contentWindow.postMessage({ simulatedPicker: this.id, settings: this.builder.settings() }, origin);
        return;
      }
      if (event.data.simulatedPicker !== this.id) return;
      const { action, docs } = event.data;
      if (action !== Action.LOADED) this.close();
      const answer = { [Response.ACTION]: action };
      if (docs) answer[Response.DOCUMENTS] = docs.map((doc) => ({ id: doc.id, name: doc.name, mimeType: doc.mimeType, type: doc.isFolder ? "folder" : "file" }));
      if (this.builder.callback) this.builder.callback(answer);
    }
  }

  class PickerBuilder {
    constructor() { this.views = []; this.features = new Set(); }
    addView(view) { this.views.push(view instanceof DocsView ? view : new DocsView(view)); return this; }
    setOAuthToken(token) { this.token = token; return this; }
    setDeveloperKey(key) { this.key = key; return this; }
    setAppId(id) { this.appId = String(id); return this; }
    setCallback(callback) { this.callback = callback; return this; }
    setTitle(title) { this.title = title; return this; }
    setOrigin() { return this; }
    setLocale() { return this; }
    setMaxItems() { return this; }
    setSize() { return this; }
    setSelectableMimeTypes(types) { for (const view of this.views) view.setMimeTypes(types); return this; }
    enableFeature(feature) { this.features.add(feature); return this; }
    disableFeature(feature) { this.features.delete(feature); return this; }
    isFeatureEnabled(feature) { return this.features.has(feature); }
    build() {
      if (this.views.length === 0) this.addView(ViewId.DOCS);
      return new Picker(this);
    }
    settings() {
      return {
        token: this.token, key: this.key, appId: this.appId, title: this.title,
        isMultiple: this.features.has(Feature.MULTISELECT_ENABLED),
        includeFolders: this.views.some((view) => view.includeFolders || view.canSelectFolders),
        canSelectFolders: this.views.some((view) => view.canSelectFolders),
        mimeTypes: this.views.flatMap((view) => view.mimeTypes),
      };
    }
  }

  window.google = window.google || {};
  window.gapi = window.gapi || {};
  window.gapi.load = (names, how) => {
    window.google.picker = { PickerBuilder, DocsView, ViewId, DocsViewMode, Feature, Action, Response, Document };
    const callback = typeof how === "function" ? how : how && how.callback;
    // As with the real one, the callback comes later.
    if (callback) setTimeout(callback, 0);
  };
})();
