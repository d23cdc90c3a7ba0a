//! A question with a hidden answer: a prediction, not an exam.

use leptos::prelude::*;

use crate::lean::live;

/// The question; the answer shows after a choice.
#[component]
pub(crate) fn Quiz(
    /// Unique on the page.
    id: String,
    /// HTML, made safe by the server.
    question: String,
    choices: Vec<String>,
    answer: u32,
    /// HTML, made safe by the server.
    explanation: String,
) -> impl IntoView {
    let chosen = RwSignal::new(None::<usize>);
    let right = answer as usize;
    let option = |(i, text): (usize, String)| {
        let class = move || match chosen.get() {
            Some(_) if i == right => "choice choice-right",
            Some(c) if c == i => "choice choice-wrong",
            _ => "choice",
        };
        view! {
            <label class=class>
                <input type="radio" name=id.clone() on:change=move |_| chosen.set(Some(i)) />
                <span>{text}</span>
            </label>
        }
    };
    let options = choices.into_iter().enumerate().map(option).collect_view();
    view! {
        <section class="quiz" data-testid="quiz">
            <fieldset>
                <legend><span class="quiz-word">"Predict"</span> <span inner_html=question></span></legend>
                {options}
            </fieldset>
            <div role="status">
                {live(move || {
                    chosen
                        .get()
                        .map(|choice| {
                            let words = if choice == right { "Yes." } else { "Not quite." };
                            view! {
                                <div class="quiz-answer" data-testid="quiz-answer">
                                    <strong>{words}</strong>
                                    <div inner_html=explanation.clone()></div>
                                </div>
                            }
                        })
                })}
            </div>
        </section>
    }
}
