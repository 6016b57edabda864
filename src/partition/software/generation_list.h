// What there is of generations, how they differ, and removing them.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "generation/packages.h"
#include "generation/record.h"
#include "partition/observer.h"

namespace partition::software {

struct ListedGeneration {
    generation::Record record = {};
    std::uint64_t disk = 0;               // bytes that it takes; blocks it shares count, too
    std::vector<std::string> wpars = {};  // that use it
};
Result<std::vector<ListedGeneration>> list_generations();

struct RemoveGenerations {
    std::vector<unsigned> numbers = {};
    bool unused = false;  // all that nobody uses
};
/// Kind::busy names the WPARs that use one, stopped ones too; then none is removed.
Result<void> remove_generations(const RemoveGenerations& call, const Manner& manner);

inline constexpr unsigned live = 0;  // the global environment as it is now
struct FileChange {
    char sign = '~';  // + - ~
    std::string path = {};
    bool operator==(const FileChange&) const = default;
};
struct GenerationDifference {
    std::vector<generation::PackageChange> packages = {};
    std::vector<FileChange> files =
        {};  // below /usr and /opt; looked for when no package differs, or on demand
};
struct CompareGenerations {
    unsigned before = live;
    unsigned after = live;
    bool files = false;
};
Result<GenerationDifference> compare_generations(const CompareGenerations& call);

}  // namespace partition::software
