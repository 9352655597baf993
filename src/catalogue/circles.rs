//! Circles in what refers to each other, found without recursion: depth is not ours to choose.

/// Not seen, on the path, done with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    No,
    OnPath,
    Done,
}

/// The circles of a graph of `count` nodes; `next` gives a node's neighbour of a number, and `None` past the
/// last. Every circle has two nodes side by side in some circle that is given, so without the nodes of
/// those there is none left. Each begins with its lowest node; they come in the order of these.
pub(super) fn circles(count: u32, next: impl Fn(u32, u32) -> Option<u32>) -> Vec<Vec<u32>> {
    let mut seen: Vec<Seen> = (0..count).map(|_| Seen::No).collect();
    let mut found = Vec::new();
    let mut path: Vec<(u32, u32)> = Vec::new();
    for start in 0..count {
        if look(&seen, start) != Seen::No {
            continue;
        }
        mark(&mut seen, start, Seen::OnPath);
        path.push((start, 0));
        while let Some((node, turn)) = path.last_mut() {
            let (node, neighbour) = (*node, next(*node, *turn));
            *turn += 1;
            match neighbour.map(|to| (to, look(&seen, to))) {
                None => {
                    mark(&mut seen, node, Seen::Done);
                    path.pop();
                }
                Some((to, Seen::No)) => {
                    mark(&mut seen, to, Seen::OnPath);
                    path.push((to, 0));
                }
                Some((to, Seen::OnPath)) => {
                    let nodes = path.iter().map(|(node, _)| *node);
                    found.push(lowest_first(nodes.skip_while(|node| *node != to).collect()));
                }
                Some((_, Seen::Done)) => {}
            }
        }
    }
    found.sort_unstable();
    found
}

fn look(seen: &[Seen], node: u32) -> Seen {
    seen.get(super::bytes::at(node))
        .copied()
        .unwrap_or(Seen::Done)
}

fn mark(seen: &mut [Seen], node: u32, how: Seen) {
    if let Some(slot) = seen.get_mut(super::bytes::at(node)) {
        *slot = how;
    }
}

fn lowest_first(mut circle: Vec<u32>) -> Vec<u32> {
    let lowest = circle.iter().enumerate().min_by_key(|(_, node)| **node);
    let at = lowest.map_or(0, |(at, _)| at);
    circle.rotate_left(at);
    circle
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(edges: &[&[u32]]) -> Vec<Vec<u32>> {
        let count = u32::try_from(edges.len()).unwrap();
        circles(count, |node, turn| {
            edges[node as usize].get(turn as usize).copied()
        })
    }

    #[test]
    fn circles_are_found_each_once() {
        assert!(of(&[&[], &[0], &[0, 1]]).is_empty());
        assert_eq!(of(&[&[0]]), [[0]]);
        assert_eq!(of(&[&[], &[3, 0], &[1], &[2]]), [[1, 3, 2]]);
        assert_eq!(of(&[&[1], &[0], &[3], &[2], &[0]]), [[0, 1], [2, 3]]);
        assert_eq!(of(&[&[1, 2], &[0], &[0]]), [vec![0, 1], vec![0, 2]]);
    }

    #[test]
    fn a_circle_of_a_million_is_walked_without_recursion() {
        let count = 1_000_000;
        let found = circles(count, |node, turn| {
            (turn == 0).then_some((node + 1) % count)
        });
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].len(), 1_000_000);
    }
}
