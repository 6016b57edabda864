// The sheets with any number of records for each WPAR.
#pragma once
#include "cli/sheets.h"

namespace cli {

std::vector<Record> addresses(const registry::Listed& wpar);
std::vector<Record> file_systems(const registry::Listed& wpar);
std::vector<Record> routes(const registry::Listed& wpar);
std::vector<Record> devices(const registry::Listed& wpar);
std::vector<Record> blockers(const registry::Listed& wpar);
std::vector<Record> kernel_extensions(const registry::Listed& wpar);

}  // namespace cli
