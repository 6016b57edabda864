#include "spec/attributes.h"

#include <algorithm>
#include <limits>

namespace spec {
namespace {

Error refused(std::string_view name, std::string_view value, std::string_view expected) {
    return {Kind::invalid,
            cat("attribute '", name, "' cannot be '", printable(value), "': ", expected)};
}

Result<void> read(std::string& field, std::string_view, std::string value) {
    field = std::move(value);
    return {};
}

Result<void> read(bool& field, std::string_view name, const std::string& value) {
    if (value != "yes" && value != "no") return refused(name, value, "give yes or no");
    field = value == "yes";
    return {};
}

template <std::integral Number>
Result<void> read(Number& field, std::string_view name, const std::string& value) {
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<Number>::max());
    const auto number = to_number(value);
    if (!number || *number > most) return refused(name, value, cat("give a number up to ", most));
    field = static_cast<Number>(*number);
    return {};
}

Result<void> read(Type& field, std::string_view name, const std::string& value) {
    if (value != "S" && value != "A")
        return refused(name, value, "give S (system) or A (application)");
    field = value == "S" ? Type::system : Type::application;
    return {};
}

Result<void> read(std::vector<std::string>& field, std::string_view, const std::string& value) {
    field.clear();
    for (const auto& part : split(value, ','))
        if (const auto element = trim(part); !element.empty()) field.emplace_back(element);
    return {};
}

bool ascii_text(std::string_view value) {
    return std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

struct Pair {
    std::string_view name;
    std::string_view value;
};

Result<Pair> take_apart(std::string_view word) {
    const auto at = word.find('=');
    if (at == std::string_view::npos || at == 0)
        return Error{Kind::invalid,
                     cat("'", printable(word), "' is not of the form attribute=value")};
    const Pair pair{word.substr(0, at), word.substr(at + 1)};
    if (!ascii_text(pair.value))
        return refused(pair.name, pair.value, "only printable ASCII characters are allowed");
    return pair;
}

template <class Of>
const Attribute<Of>* find(std::string_view name) {
    for (const auto& attribute : attributes<Of>())
        if (attribute.name == name && attribute.use != Use::own) return &attribute;
    return nullptr;
}

template <class Of>
Result<void> set(Of& object, Stanza stanza, const Pairs& pairs) {
    std::vector<std::string_view> seen;
    for (const auto& word : pairs) {
        const auto pair = TRY(take_apart(word));
        const auto* attribute = find<Of>(pair.name);
        if (attribute == nullptr) return unknown_attribute(pair.name, stanza);
        const bool again = std::find(seen.begin(), seen.end(), pair.name) != seen.end();
        if (again && attribute->use != Use::repeated) return repeated_attribute(pair.name);
        seen.push_back(pair.name);
        TRY(assign(object, *attribute, std::string(pair.value)));
    }
    return {};
}

template <class Of>
Result<void> reset(Of& object, Stanza stanza, const std::vector<std::string>& names) {
    if (names.empty()) {
        for (const auto& attribute : attributes<Of>())
            if (attribute.use != Use::own) TRY(assign(object, attribute, {}));
        return {};
    }
    for (const auto& name : names) {
        const auto* attribute = find<Of>(name);
        if (attribute == nullptr) return unknown_attribute(name, stanza);
        TRY(assign(object, *attribute, {}));
    }
    return {};
}

}  // namespace

template <class Of>
Result<void> assign(Of& object, const Attribute<Of>& attribute, std::string value) {
    const bool free = attribute.use == Use::any_text && value.find('\0') == std::string::npos;
    if (!free && !ascii_text(value))
        return refused(attribute.name, value, "only printable ASCII characters are allowed");
    return std::visit(
        [&](auto field) -> Result<void> {
            if (value.empty()) {
                static const Of defaults = {};
                object.*field = defaults.*field;
                return {};
            }
            if constexpr (std::is_same_v<decltype(field), std::vector<std::string> Of::*>) {
                if (attribute.use == Use::repeated) {
                    (object.*field).push_back(std::move(value));
                    return {};
                }
            }
            return read(object.*field, attribute.name, std::move(value));
        },
        attribute.field);
}
template Result<void> assign(General&, const Attribute<General>&, std::string);
template Result<void> assign(Network&, const Attribute<Network>&, std::string);
template Result<void> assign(Route&, const Attribute<Route>&, std::string);
template Result<void> assign(Mount&, const Attribute<Mount>&, std::string);
template Result<void> assign(Resources&, const Attribute<Resources>&, std::string);
template Result<void> assign(Security&, const Attribute<Security>&, std::string);
template Result<void> assign(Device&, const Attribute<Device>&, std::string);
template Result<void> assign(KernelExtension&, const Attribute<KernelExtension>&, std::string);

Result<void> assign(Free& values, std::string_view name, std::string value) {
    if (!ascii_text(value))
        return refused(name, value, "only printable ASCII characters are allowed");
    if (value.empty())
        values.erase(std::string(name));
    else
        values[std::string(name)] = std::move(value);
    return {};
}

Error unknown_attribute(std::string_view name, Stanza stanza) {
    std::string known;
    for (const auto& each : attribute_names(stanza)) known += cat(known.empty() ? "" : ", ", each);
    return {Kind::invalid, cat("attribute '", printable(name), "' is not one of stanza ",
                               stanza_name(stanza), ": ", known)};
}

Error repeated_attribute(std::string_view name) {
    return {Kind::invalid, cat("attribute '", name, "' is given twice")};
}

Result<void> set_attributes(General& general, const Pairs& pairs) {
    return set(general, Stanza::general, pairs);
}
Result<void> set_attributes(Network& network, const Pairs& pairs) {
    return set(network, Stanza::network, pairs);
}
Result<void> set_attributes(Route& route, const Pairs& pairs) {
    return set(route, Stanza::route, pairs);
}
Result<void> set_attributes(Mount& mount, const Pairs& pairs) {
    return set(mount, Stanza::mount, pairs);
}
Result<void> set_attributes(Resources& resources, const Pairs& pairs) {
    return set(resources, Stanza::resources, pairs);
}
Result<void> set_attributes(Device& device, const Pairs& pairs) {
    return set(device, Stanza::device, pairs);
}
Result<void> set_attributes(KernelExtension& extension, const Pairs& pairs) {
    return set(extension, Stanza::kext, pairs);
}

Result<void> set_attributes(Free& values, Stanza stanza, const Pairs& pairs) {
    const auto known = attribute_names(stanza);
    std::vector<std::string_view> seen;
    for (const auto& word : pairs) {
        const auto pair = TRY(take_apart(word));
        if (std::find(known.begin(), known.end(), pair.name) == known.end())
            return unknown_attribute(pair.name, stanza);
        if (std::find(seen.begin(), seen.end(), pair.name) != seen.end())
            return repeated_attribute(pair.name);
        seen.push_back(pair.name);
        TRY(assign(values, pair.name, std::string(pair.value)));
    }
    return {};
}

Result<void> reset_attributes(Resources& resources, const std::vector<std::string>& names) {
    return reset(resources, Stanza::resources, names);
}
Result<void> reset_attributes(General& general, const std::vector<std::string>& names) {
    if (names.empty()) return {};  // would take its name away
    return reset(general, Stanza::general, names);
}

}  // namespace spec
