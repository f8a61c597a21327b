/// The names of the commands that a help lists, under whatever headings.
#[must_use]
pub fn commands_in_help(help: &str) -> Vec<&str> {
    let is_entry = |line: &&str| {
        let indented = line.strip_prefix("  ");
        indented.is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_lowercase()))
    };
    let below_usage = help.lines().skip_while(|line| !line.starts_with("Usage:"));
    let before_options =
        below_usage.take_while(|line| *line != "Options:" && *line != "Arguments:");
    let entries = before_options.filter(is_entry);
    let names = entries.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").collect()
}
