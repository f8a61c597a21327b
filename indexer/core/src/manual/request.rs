use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Command};

use super::{ManualError, Page, Program, pages};

/// The requested pages, and where to write them.
#[derive(Args, Clone)]
pub struct ManualRequest {
    /// Command whose page is printed; by default the program itself.
    #[arg(value_name = "COMMAND", conflicts_with = "output")]
    command: Vec<String>,
    /// Folder to write the pages of all commands to, instead of printing one.
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

impl ManualRequest {
    /// Returns the requested page or, one per line, the files that were written.
    ///
    /// # Errors
    /// [`ManualError`] if there is no such page, or one cannot be written.
    pub fn answer(&self, tree: Command, program: &Program) -> Result<String, ManualError> {
        let name = tree.get_name().to_owned();
        let pages = pages(tree, program);
        match &self.output {
            Some(folder) => write_all(&pages, folder),
            None => self.pick(pages, name),
        }
    }

    fn pick(&self, pages: Vec<Page>, program: String) -> Result<String, ManualError> {
        let before = std::iter::once(&program);
        let words: Vec<&str> = before.chain(&self.command).map(String::as_str).collect();
        let wanted = words.join("-");
        let page = pages.into_iter().find(|page| page.name() == wanted);
        page.map(Page::into_text)
            .ok_or_else(|| ManualError::NoSuchCommand {
                program,
                name: self.command.join(" "),
            })
    }
}

fn write_all(pages: &[Page], folder: &Path) -> Result<String, ManualError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        |source| ManualError::Write { path, source }
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    let mut written = String::new();
    for page in pages {
        let path = folder.join(page.file_name());
        fs::write(&path, page.text()).map_err(failed(&path))?;
        written += &format!("{}\n", path.display());
    }
    Ok(written)
}
