//! The tree of meanings: what a screen reader follows, recorded while the pages are laid out.

use std::num::NonZeroU16;

use krilla::tagging::{
    Identifier, ListNumbering, Node, TableHeaderScope, Tag, TagGroup, TagKind, TagTree,
};

/// What a part of the document is.
pub(super) enum Kind {
    Root,
    /// Its level, from 1, and its text.
    Heading(u16, String),
    Paragraph,
    List,
    Item,
    Label,
    ItemBody,
    Table,
    Row,
    ColumnHead,
    RowHead,
    Cell,
}

/// The parts, and the pieces of content that belong to each.
pub(super) struct Tree {
    nodes: Vec<(Kind, Vec<Child>)>,
    contents: usize,
}

enum Child {
    Node(usize),
    Content(usize),
}

impl Tree {
    /// The part that holds all others.
    pub(super) const ROOT: usize = 0;

    pub(super) fn new() -> Self {
        Self { nodes: vec![(Kind::Root, Vec::new())], contents: 0 }
    }

    /// Adds a part; its number.
    pub(super) fn add(&mut self, parent: usize, kind: Kind) -> usize {
        let number = self.nodes.len();
        self.nodes.push((kind, Vec::new()));
        self.nodes[parent].1.push(Child::Node(number));
        number
    }

    /// Adds a piece of content to a part; its number.
    pub(super) fn content(&mut self, node: usize) -> usize {
        let number = self.contents;
        self.contents += 1;
        self.nodes[node].1.push(Child::Content(number));
        number
    }

    /// How many pieces of content there are.
    pub(super) fn contents(&self) -> usize {
        self.contents
    }

    /// The tree as the document holds it; `identifiers` are those of the pieces of content, by number.
    pub(super) fn build(&self, identifiers: &[Option<Identifier>]) -> TagTree {
        let mut tree = TagTree::new();
        for child in &self.nodes[Self::ROOT].1 {
            if let Some(node) = self.child(child, identifiers) {
                tree.push(node);
            }
        }
        tree
    }

    fn child(&self, child: &Child, identifiers: &[Option<Identifier>]) -> Option<Node> {
        match child {
            Child::Content(number) => identifiers.get(*number).copied().flatten().map(Node::from),
            Child::Node(number) => {
                let (kind, children) = &self.nodes[*number];
                let mut group = TagGroup::new(kind.tag());
                children
                    .iter()
                    .filter_map(|child| self.child(child, identifiers))
                    .for_each(|node| group.push(node));
                Some(group.into())
            }
        }
    }
}

impl Kind {
    fn tag(&self) -> TagKind {
        match self {
            Self::Root => Tag::Part.into(),
            Self::Heading(level, text) => {
                Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(text.clone()))
                    .into()
            }
            Self::Paragraph => Tag::P.into(),
            Self::List => Tag::L(ListNumbering::Disc).into(),
            Self::Item => Tag::LI.into(),
            Self::Label => Tag::Lbl.into(),
            Self::ItemBody => Tag::LBody.into(),
            Self::Table => Tag::Table.into(),
            Self::Row => Tag::TR.into(),
            Self::ColumnHead => Tag::TH(TableHeaderScope::Column).into(),
            Self::RowHead => Tag::TH(TableHeaderScope::Row).into(),
            Self::Cell => Tag::TD.into(),
        }
    }
}
