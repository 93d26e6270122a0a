//! The tree of what modules define, in the order of the compact form.

use std::collections::{BTreeMap, HashMap};

use super::{Definitions, ObjectDefinition, WriteError, cut, fits};
use crate::{MAX_ARCS, layout::MAX_REFERENCE};

/// The tree, numbered breadth first.
pub(super) struct Nodes<'a> {
    pub(super) nodes: Vec<Node<'a>>,
    pub(super) numbers: HashMap<&'a [u32], u32>,
    /// Definitions of numbers that have one of higher rank.
    pub(super) others: Vec<(&'a ObjectDefinition, u32)>,
}

pub(super) struct Node<'a> {
    pub(super) oid: &'a [u32],
    parent: u32,
    pub(super) first_child: u32,
    pub(super) definition: Option<&'a ObjectDefinition>,
}

impl<'a> Nodes<'a> {
    pub(super) fn of(definitions: &'a Definitions) -> Result<Self, WriteError> {
        // By depth and then in the order of the arcs, which is breadth first.
        let mut tree: BTreeMap<(usize, &[u32]), Option<&ObjectDefinition>> = BTreeMap::new();
        tree.insert((0, &[]), None);
        let mut others = Vec::new();
        let sound = definitions.objects.iter().filter(|object| (1..=MAX_ARCS).contains(&object.oid.len()));
        for object in sound {
            for depth in 1..object.oid.len() {
                tree.entry((depth, object.oid.get(..depth).unwrap_or_default())).or_default();
            }
            let place = tree.entry((object.oid.len(), &object.oid)).or_default();
            match place {
                Some(_) => others.push(object),
                None => *place = Some(object),
            }
        }
        let numbers: HashMap<&[u32], u32> = (0..).zip(&tree).map(|(number, ((_, oid), _))| (*oid, number)).collect();
        let number_of = |oid: &[u32]| numbers.get(oid).copied().unwrap_or_default();
        let mut nodes: Vec<Node<'_>> = tree
            .into_iter()
            .map(|((depth, oid), definition)| Node {
                oid,
                parent: number_of(oid.get(..depth.saturating_sub(1)).unwrap_or_default()),
                first_child: 0,
                definition,
            })
            .collect();
        fits("nodes", nodes.len(), MAX_REFERENCE)?;
        // Children follow each other in the order of their parents, so one pass finds where those of each begin.
        let mut next = 1;
        for place in 0..nodes.len() {
            let own = u32::try_from(place).unwrap_or(u32::MAX);
            let children = nodes.get(next..).unwrap_or_default().iter().take_while(|node| node.parent == own).count();
            if let Some(node) = nodes.get_mut(place) {
                node.first_child = u32::try_from(next).unwrap_or(u32::MAX);
            }
            next += children;
        }
        let mut others: Vec<_> = others.into_iter().map(|object| (object, number_of(&object.oid))).collect();
        others.sort_by_key(|(object, number)| (cut(&object.name), object.module.as_deref(), *number));
        others.dedup_by_key(|(object, number)| (cut(&object.name), object.module.as_deref(), *number));
        Ok(Self { nodes, numbers, others })
    }
}
