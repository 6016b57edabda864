// A mount whose dev= is a generation of the global environment: "generation:7", or "generation" for the newest.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spec/definition.h"

namespace spec {

inline constexpr unsigned newest_generation = 0;

/// Its number; nothing when dev= says something else.
std::optional<unsigned> generation_of(std::string_view dev);
std::string generation_dev(unsigned number);
/// Whether it is meant to be one, right or wrong.
bool names_generation(std::string_view dev);
/// All that a definition uses, each once.
std::vector<unsigned> generations_of(const Definition& definition);

}  // namespace spec
