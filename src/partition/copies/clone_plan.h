// How each file system of a clone comes from the original's.
//
//   twin    image or thin volume, also one below an overlay: its blocks, shared or copied (filesystem/clone.h)
//   store   what was written over a tree, elsewhere: its files, over the same tree
//   made    a new file system; what comes into it is part of some tree
//
// and the trees: what lies on file systems of the original that have no twin, file by file. The base directory is one
// unless "/" has a file system of its own.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "filesystem/file_system.h"
#include "os/dir.h"
#include "spec/definition.h"

namespace partition::copies {

struct ClonePair {
    filesystem::FileSystem from = {};
    filesystem::FileSystem to = {};
};
struct CloneTree {
    filesystem::FileSystem from = {};
    std::vector<std::string> left_out = {};  // mount points below it
};
struct ClonePlan {
    spec::Definition original = {};
    spec::Definition clone = {};
    std::vector<ClonePair> twins = {};
    std::vector<ClonePair> stores = {};
    std::vector<filesystem::FileSystem> made = {};
    std::vector<CloneTree> trees = {};  // "/" first
};
/// Kind::invalid where the clone's definition has no place for what the original holds.
Result<ClonePlan> plan_clone(const spec::Definition& original, const spec::Definition& clone);
/// Programs, and room for all that cannot be shared: Kind::full with what is needed.
Result<void> check_clone(const ClonePlan& plan);
/// Whether no content has to be copied but that of small files, so that taking it lasts a moment.
bool shares_all(const ClonePlan& plan);
/// A line for each file system, for people.
std::vector<std::string> describe(const ClonePlan& plan);

/// Where files of one of the original's file systems are: where it is mounted, or mounted for that.
Result<os::Dir> open_original(const ClonePlan& plan, const filesystem::FileSystem& from);
/// Below the top of such a tree: whether it is a mount point, and not its own.
bool is_left_out(const CloneTree& tree, const std::string& path);

}  // namespace partition::copies
