//! The code editor: CodeMirror in a shadow root (see `frontend/editor`).
//!
//! It is fetched when the first editor of the page comes near the screen, so that the course and a
//! lesson's beginning show without it; until it is there, the program stands on the page as plain text.

use heddle_trace::Location;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use crate::lean::live;

#[wasm_bindgen(module = "/editor/seen.js")]
extern "C" {
    /// Waits until an element is, or nearly is, on the screen.
    #[wasm_bindgen(catch)]
    async fn seen(element: &web_sys::Element) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen(module = "/editor/load.js")]
extern "C" {
    /// The class of the bundle.
    type CodeEditor;

    /// Fetches the bundle and makes an editor.
    #[wasm_bindgen(catch)]
    async fn create(
        host: &web_sys::Element,
        text: &str,
        label: &str,
        read_only: bool,
        changed: &Closure<dyn Fn(String)>,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, js_name = setText)]
    fn set_text(this: &CodeEditor, text: &str, label: &str, read_only: bool);

    #[wasm_bindgen(method, js_name = setMarks)]
    fn set_marks(this: &CodeEditor, json: &str);

    #[wasm_bindgen(method, js_name = setMessages)]
    fn set_messages(this: &CodeEditor, json: &str);

    #[wasm_bindgen(method, js_name = goTo)]
    fn go_to(this: &CodeEditor, line: u32);

    #[wasm_bindgen(method)]
    fn destroy(this: &CodeEditor);
}

/// What a task's chip in the gutter says.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct LineMark {
    /// Line from 1.
    pub line: u32,
    /// The task's key: on the chip, too.
    pub key: String,
    /// On the chip, when there is only one on this line.
    pub label: String,
    /// `enabled`, `blocked` or `event`.
    pub state: &'static str,
    /// Shown on hovering.
    pub title: String,
}

/// An error at a line.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct LineMessage {
    /// Line from 1.
    pub line: u32,
    /// Column from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// The error.
    pub message: String,
}

/// What stands in the editor. A new `revision` replaces the text; the learner's own edits do not
/// come back this way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// Grows when the text was replaced from outside.
    pub revision: u32,
    /// The text.
    pub text: String,
    /// The file's name.
    pub name: String,
}

/// The editor.
#[component]
pub(crate) fn Editor(
    /// What to show.
    #[prop(into)]
    sheet: Signal<Sheet>,
    /// Whether the learner may edit it.
    #[prop(into)]
    editable: Signal<bool>,
    /// Chips in the gutter.
    #[prop(into)]
    marks: Signal<Vec<LineMark>>,
    /// Errors.
    #[prop(into)]
    messages: Signal<Vec<LineMessage>>,
    /// A wish to go to a line of the file on show; the cursor goes there.
    go_to: RwSignal<Option<Location>>,
    /// Called with the text after each edit.
    on_edit: Callback<String>,
) -> impl IntoView {
    let host = NodeRef::<leptos::html::Div>::new();
    let editor = StoredValue::new_local(None::<Mounted>);
    let ready = RwSignal::new(Ready::Loading);
    let shown = Memo::new(move |_| sheet.with(|sheet| (sheet.revision, sheet.name.clone())));
    Effect::new(move || {
        let Some(host) = host.get() else { return };
        let (sheet, read_only) = (sheet.get_untracked(), !editable.get_untracked());
        leptos::task::spawn_local(async move {
            // A browser that cannot tell loads the editor at once.
            let _ = seen(&host).await;
            match Mounted::new(&host, &sheet, read_only, on_edit).await {
                // The page may be gone by now; dropping the editor ends it.
                Some(mounted) => {
                    editor.try_set_value(Some(mounted));
                    ready.try_set(Ready::Yes);
                }
                None => {
                    ready.try_set(Ready::Failed);
                }
            }
        });
    });
    let tell = move |say: &dyn Fn(&CodeEditor)| {
        ready.track();
        shown.track();
        editor.with_value(|editor| {
            if let Some(mounted) = editor {
                say(&mounted.editor);
            }
        });
    };
    Effect::new(move || {
        tell(&|editor| {
            let sheet = sheet.get_untracked();
            editor.set_text(&sheet.text, &label(&sheet), !editable.get_untracked());
        });
    });
    Effect::new(move || {
        let json = as_json(&marks.get());
        tell(&|editor| editor.set_marks(&json));
    });
    Effect::new(move || {
        let json = as_json(&messages.get());
        tell(&|editor| editor.set_messages(&json));
    });
    Effect::new(move || {
        if let Some(place) = go_to.get() {
            tell(&|editor| editor.go_to(place.line));
            go_to.set(None);
        }
    });
    on_cleanup(move || editor.set_value(None));
    let plain = move || match ready.get() {
        Ready::Yes => None,
        Ready::Loading => Some((sheet.get().text, "")),
        Ready::Failed => Some((
            sheet.get().text,
            "The editor could not be loaded. Load the page anew to edit this program.",
        )),
    };
    view! {
        <div class="editor" class:editor-loading=move || ready.get() != Ready::Yes node_ref=host data-testid="editor" data-keys="own"></div>
        {live(move || {
            plain()
                .map(|(text, trouble)| {
                    view! {
                        <div class="editor-plain">
                            <p role="status">{trouble}</p>
                            <pre tabindex="0">{text}</pre>
                        </div>
                    }
                })
        })}
    }
}

/// Whether the editor is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ready {
    Loading,
    Yes,
    Failed,
}

fn label(sheet: &Sheet) -> String {
    format!("Python editor, {}", sheet.name)
}

/// The editor on the page, and what it calls back.
struct Mounted {
    editor: CodeEditor,
    /// Must live as long as the editor that calls it.
    _changed: Closure<dyn Fn(String)>,
}

impl Mounted {
    /// Fetches the editor; `None` when that failed.
    async fn new(
        host: &web_sys::Element,
        sheet: &Sheet,
        read_only: bool,
        on_edit: Callback<String>,
    ) -> Option<Mounted> {
        let changed = Closure::new(move |text| on_edit.run(text));
        let made = create(host, &sheet.text, &label(sheet), read_only, &changed).await;
        Some(Mounted {
            editor: made.ok()?.unchecked_into(),
            _changed: changed,
        })
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.editor.destroy();
    }
}

fn as_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "[]".into())
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    /// The bundle is committed so that building needs no Node; this keeps it honest.
    #[test]
    fn the_bundle_was_made_from_these_sources() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("editor");
        let mut names: Vec<String> = std::fs::read_dir(folder.join("src"))
            .unwrap()
            .map(|entry| format!("src/{}", entry.unwrap().file_name().to_str().unwrap()))
            .collect();
        names.sort();
        let top = ["build.js", "package-lock.json", "package.json"].map(String::from);
        let mut hash = Sha256::new();
        for name in top.iter().chain(&names) {
            hash.update(format!("{name}\0"));
            hash.update(std::fs::read(folder.join(name)).unwrap());
            hash.update("\0");
        }
        let hash: String = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
        let load = std::fs::read_to_string(folder.join("load.js")).unwrap();
        let name = load
            .split("/editor/")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let bundle = folder.join("dist").join(name.unwrap());
        let bundle = std::fs::read_to_string(bundle).unwrap();
        let header = bundle.lines().next().unwrap_or_default();
        assert!(
            header.contains(&hash),
            "stale bundle: run `npm ci && npm run build` in frontend/editor ({header})"
        );
    }
}
