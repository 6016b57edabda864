// The definitions on disk: /etc/wpars/NAME.cf, the one source of truth; an application WPAR's lies in /run and goes
// with it.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "spec/definition.h"

namespace registry {

/// Kind::missing with 0960-419 when there is no such WPAR; Kind::invalid with file and line when it is damaged.
Result<spec::Definition> load(const std::string& name);
/// Stanza general alone, for listing many.
Result<spec::Definition> load_general(const std::string& name);
/// What was in force when it was loaded, from /run.
Result<spec::Definition> load_loaded(const std::string& name);
bool defined(const std::string& name);
/// Whole or not at all, also across a power loss. An application WPAR's lives in /run.
Result<void> save(const spec::Definition& definition);
/// An application WPAR that waits for startwpar (wparexec -1): it outlives a reboot.
Result<void> save_persistent(const spec::Definition& definition);
/// Whether its definition is more than that of a run.
bool is_persistent(const std::string& name);
/// For an application WPAR that lives only while it runs.
Result<void> save_transient(const spec::Definition& definition);
Result<void> erase(const std::string& name);
/// Of every WPAR with a definition, sorted.
Result<std::vector<std::string>> names();
Error no_such(const std::string& name);

}  // namespace registry
