use std::fs::File;
use std::io::BufWriter;

use exposure_index::breach::ClassSet;
use exposure_index::generation::{FileKind, IndexDirectory};
use exposure_index::identifier::Kind;
use exposure_index::index::{BreachOrdinal, Description, Exposure, IndexWriter};
use exposure_index::oprf::{Tag, load_key};
use tekser_tests::Workspace;

use super::Scene;

/// What is sent and fetched at a time.
pub(super) const PIECE: usize = 8 << 20;

/// Publishes an index of tags that nothing was evaluated for, in the breach of the generation before.
pub(super) fn publish_large(workspace: &Workspace, rows: u64) {
    let key = load_key(&[workspace.path().join("key")]).expect("a key");
    let directory = IndexDirectory::at(workspace.index());
    let before = directory.current().expect("a generation");
    let before = directory.open_public(before).expect("an index");
    let lock = directory.lock().expect("a lock");
    let draft = directory.draft(&lock).expect("a draft");
    let description = Description {
        sealed: false,
        beside_sealed: false,
        key_id: key.public_key().id(),
        generation: draft.id(),
        built_at: draft.time().as_second(),
        rows: rows..=rows,
        range_rows: 4096,
        catalogue: before.catalogue().expect("a catalogue"),
    };
    let file = File::create_new(draft.file(FileKind::Public)).expect("a file");
    let mut writer = IndexWriter::new(BufWriter::new(file), description).expect("a writer");
    let exposure = Exposure {
        breach: BreachOrdinal(0),
        classes: ClassSet(1),
    };
    for row in 0..rows {
        let tag = Tag(u64::MAX / rows * row);
        writer.push(tag, Kind::Iin, &[exposure]).expect("a row");
    }
    let statistics = before.statistics().expect("statistics");
    let (file, _) = writer.finish(&statistics).expect("an index");
    file.into_inner().expect("written");
    draft.publish().expect("published");
}

#[test]
fn a_large_index_is_sent_and_fetched_in_pieces_whenever_a_push_is_killed() {
    let scene = Scene::new();
    let _ = scene.push(&[]);
    publish_large(&scene.workspace, 3_000_000);
    let key = scene.key("public.idx");
    let mut kills = 0;
    for step in 0.. {
        let mut push = scene.push_command(&[]);
        let push = push.env("TEKSER_DIE_AT_STEP", step.to_string()).output();
        if push.expect("the indexer starts").status.success() {
            break;
        }
        kills += 1;
        let is_named = scene.current_in_store() == Some(scene.workspace.current());
        assert!(!is_named || scene.store.bytes(&key).is_some());
    }
    let bytes = scene.store.bytes(&key).expect("an object");
    assert!(bytes.len() > 2 * PIECE, "{}", bytes.len());
    // Before and after its beginning, each piece, its end, digests and CURRENT; what was whole before was not sent again.
    assert!(kills > 10, "{kills}");
    let path = scene.workspace.index().join(scene.workspace.current());
    assert!(bytes == std::fs::read(path.join("public.idx")).expect("a file"));
    let server = scene.serve(&[]);
    assert_eq!(server.generation(), scene.workspace.current());
}
