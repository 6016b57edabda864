// Generations: immutable trees that look like a small global root, usr/ and opt/ whole and etc/, var/, root/ as a fresh
// WPAR would get them. WPARs share them or lie over them, and what the global environment does to its own /usr touches
// none of them.
//
//   STORE/N/record       what is known of it (generation/record.h), written last
//   STORE/N/tree/        the tree, or
//   STORE/N/image.erofs  the tree as a compressed image, mounted on MOUNTS/N while somebody uses it
//   STORE/.new/          one in the making: it becomes N by its last step, a rename
//   STORE/.old-N/        one that is being removed
//   STORE/last           the highest number ever given, since a number must never mean another tree
//   STORE/lock           its first byte is held while one is made or removed, its second while some are mounted
//
// So a command that is killed leaves at most a dotted folder, which whoever comes next removes.
#pragma once
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "generation/record.h"

namespace generation {

/// Where they are kept and mounted; only root gets through to either.
struct Site {
    std::string store = {};   // "/var/lib/wpars/.generations"
    std::string mounts = {};  // "/run/wpars/.generations"
};

std::string folder_of(const Site& site, unsigned number);
std::string tree_of(const Site& site, unsigned number);
std::string image_of(const Site& site, unsigned number);

/// Of all that are whole, ascending.
Result<std::vector<unsigned>> numbers(const Site& site);
bool exists(const Site& site, unsigned number);
/// Kind::missing says which there are.
Result<Record> load(const Site& site, unsigned number);

/// Held by whoever makes or removes one, or must keep one from being removed until it is known to use it. Waits for its
/// turn; half-made ones have been removed when it returns.
Result<UniqueFd> lock(const Site& site);
/// Held while trees are mounted and unmounted; the other lock does not stand in its way. Waits for its turn.
Result<UniqueFd> lock_mounts(const Site& site);
/// What a killed command left; nothing happens while somebody holds the lock.
Result<void> clear_leftovers(const Site& site);

/// An empty folder for a tree or an image. The lock is held.
Result<std::string> begin_new(const Site& site);
/// Which number the next one will get.
Result<unsigned> next_number(const Site& site);
/// Makes it a generation, on disk as a whole or not at all. The record gets its number.
Result<Record> publish(const Site& site, Record record);
/// The lock is held, and nobody uses it.
Result<void> remove(const Site& site, unsigned number);

}  // namespace generation
