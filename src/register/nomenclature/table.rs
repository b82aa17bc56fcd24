//! A small nomenclature: lines of tab-separated columns, sorted by the first one, which is the code.

/// The columns of each line; a column that a line leaves out is empty.
pub(super) fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    text.lines().map(|line| {
        let mut columns = line.split('\t');
        std::array::from_fn(|_| columns.next().unwrap_or_default())
    })
}

/// The row of `code` among rows sorted by their code.
pub(super) fn find<'a, T, C: Ord + ?Sized>(
    rows: &'a [T],
    code: &C,
    code_of: impl Fn(&T) -> &C,
) -> Option<&'a T> {
    rows.binary_search_by(|row| code_of(row).cmp(code)).ok().map(|at| &rows[at])
}

/// A column that the tests know to be a number.
pub(super) fn number<T: std::str::FromStr>(column: &str) -> T {
    column.parse().unwrap_or_else(|_| panic!("{column:?} is a number in a committed table"))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Sorted and without duplicates: what [`find`] needs.
    pub(in super::super) fn sorted<C: Ord + std::fmt::Debug>(codes: impl IntoIterator<Item = C>) {
        let codes: Vec<C> = codes.into_iter().collect();
        for pair in codes.windows(2) {
            assert!(pair[0] < pair[1], "{pair:?}");
        }
    }

    /// What is printed without accents, and with ASCII apostrophes.
    pub(in super::super) fn plain(label: &str) {
        assert!(label.is_ascii() && !label.is_empty() && label.trim() == label, "{label:?}");
    }

    /// Accents are allowed, typographic apostrophes and stray spaces are not.
    pub(in super::super) fn french(label: &str) {
        assert!(
            !label.is_empty() && label.trim() == label && !label.contains(['’', '\t']),
            "{label:?}"
        );
    }

    #[test]
    fn a_row_is_found_by_its_code_and_a_missing_column_is_empty() {
        let rows: Vec<[&str; 3]> = rows("A\tun\nC\tdeux\tx\n").collect();
        assert_eq!(find(&rows, "C", |row| row[0]), Some(&["C", "deux", "x"]));
        assert_eq!(find(&rows, "A", |row| row[0]), Some(&["A", "un", ""]));
        assert_eq!(find(&rows, "B", |row| row[0]), None);
    }
}
