// One table binds the attribute names of every stanza to the fields of Definition. The stanza file,
// the command line, usage texts and completions all read it, so an attribute exists in all of them
// or in none.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "spec/definition.h"

namespace spec {

enum class Stanza : std::uint8_t {
    general,
    network,
    route,
    mount,
    resources,
    security,
    device,
    kext,
    copy_controls,
    options
};
std::span<const Stanza> stanzas();  // in the order in which a file is written
std::string_view stanza_name(Stanza stanza);
std::optional<Stanza> find_stanza(std::string_view name);
/// "interface, address, ...": without those that Corral writes itself.
std::vector<std::string_view> attribute_names(Stanza stanza);

using Pairs = std::vector<std::string>;           // attribute=value words, as after one flag
using Free = std::map<std::string, std::string>;  // stanzas copy_controls (-T) and options (-L)

/// Sets what the words say. Kind::invalid for a word without '=', an attribute that does not exist
/// (the message lists those that do) or comes twice, and a value with control characters or bytes
/// that are not ASCII. An empty value means the default.
Result<void> set_attributes(General& general, const Pairs& pairs);
Result<void> set_attributes(Network& network, const Pairs& pairs);
Result<void> set_attributes(Route& route, const Pairs& pairs);
Result<void> set_attributes(Mount& mount, const Pairs& pairs);
Result<void> set_attributes(Resources& resources, const Pairs& pairs);
Result<void> set_attributes(Device& device, const Pairs& pairs);
Result<void> set_attributes(KernelExtension& extension, const Pairs& pairs);
Result<void> set_attributes(Free& values, Stanza stanza, const Pairs& pairs);
/// Also privs+= and privs-=: they change the present list or, where that is the default set,
/// `default_privileges`.
Result<void> set_attributes(Security& security, const Pairs& pairs,
                            std::span<const std::string> default_privileges);

/// The named attributes back to their defaults; no name: all resources (chwpar -K -R), nothing of
/// general.
Result<void> reset_attributes(Resources& resources, const std::vector<std::string>& names);
Result<void> reset_attributes(General& general, const std::vector<std::string>& names);

// The table itself, for the stanza file and for merging.
enum class Use : std::uint8_t {
    ordinary,
    own,       // written by Corral only
    repeated,  // a list that is written one line per element; other lists are joined by commas
    any_text   // takes newlines and bytes that are not ASCII, too
};

template <class Of>
struct Attribute {
    std::string_view name;
    std::variant<std::string Of::*, bool Of::*, std::uint32_t Of::*, std::int64_t Of::*, Type Of::*,
                 std::vector<std::string> Of::*>
        field;
    Use use = Use::ordinary;
};

template <class Of>
std::span<const Attribute<Of>> attributes();
template <>
std::span<const Attribute<General>> attributes();
template <>
std::span<const Attribute<Network>> attributes();
template <>
std::span<const Attribute<Route>> attributes();
template <>
std::span<const Attribute<Mount>> attributes();
template <>
std::span<const Attribute<Resources>> attributes();
template <>
std::span<const Attribute<Security>> attributes();
template <>
std::span<const Attribute<Device>> attributes();
template <>
std::span<const Attribute<KernelExtension>> attributes();

/// Text into the field; an empty text is the default. Kind::invalid tells what the field takes.
template <class Of>
Result<void> assign(Of& object, const Attribute<Of>& attribute, std::string value);
/// The same for copy_controls and options, whose attributes are all text.
Result<void> assign(Free& values, std::string_view name, std::string value);

/// "attribute 'adress' is not one of stanza network: interface, address, ..."
Error unknown_attribute(std::string_view name, Stanza stanza);
Error repeated_attribute(std::string_view name);

}  // namespace spec
