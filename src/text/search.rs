/// Joins texts into the form that search compares: lower case, with single blanks between words.
///
/// Characters are lowered one by one, without regard to their neighbours, and runs of white space
/// become one blank. So whatever part of a text somebody types, its `search_text` occurs in the
/// text's own. Nothing else is folded: `é` is neither `e` nor the `é` of two characters.
///
/// # Example: a part is found again
///
/// ```
/// use sitstay::text::search_text;
///
/// let stored = search_text(["Puppy\tBASICS ", "Für Anfänger"]);
/// assert_eq!(stored, "puppy basics für anfänger");
/// assert!(stored.contains(&search_text(["basics  FÜR"])));
/// ```
pub fn search_text<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut folded = String::new();
    for word in parts.into_iter().flat_map(str::split_whitespace) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().flat_map(char::to_lowercase));
    }
    folded
}
