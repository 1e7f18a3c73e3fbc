//! Every statement of the program is understood by the engine that it is for.

use crate::world::*;

store::on_both!(every_statement_can_be_prepared, |t: TestStore| async move {
    let engine = t.store.engine();
    let (seen, refused) = t
        .did(move |tx| {
            let (mut seen, mut refused) = (0, Vec::new());
            for (_, sql) in store::statements().filter(|(only, _)| only.is_none_or(|only| only == engine)) {
                seen += 1;
                if let Err(error) = tx.prepare(sql) {
                    refused.push(format!("{}: {error}", sql.name));
                    break;
                }
            }
            Ok((seen, refused))
        })
        .await;
    assert_eq!(refused, Vec::<String>::new());
    assert!(seen > 80, "only {seen} statements are listed");
});

#[test]
fn every_statement_has_a_name_of_its_own_and_a_spelling_for_both() {
    let names: Vec<&str> = store::statements().map(|(_, sql)| sql.name).collect();
    let distinct: std::collections::HashSet<&str> = names.iter().copied().collect();
    assert_eq!(distinct.len(), names.len());
    for (_, sql) in store::statements() {
        assert!(!sql.sqlite.contains('$') && sql.sqlite.replace('?', "$") == sql.postgres, "{}", sql.name);
    }
}
