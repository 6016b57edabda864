#include "spec/attributes.h"
#include "spec/escape.h"
#include "spec/file.h"

namespace spec {
namespace {

std::string shown(const std::string& value) { return value; }
std::string shown(bool value) { return value ? "yes" : "no"; }
template <std::integral Number>
std::string shown(Number value) {
    return std::to_string(value);
}
std::string shown(Type value) { return value == Type::system ? "S" : "A"; }

class Writer {
  public:
    explicit Writer(bool with_own) : with_own_(with_own) {}

    template <class Of>
    void stanza(Stanza stanza, const Of& object) {
        open(stanza);
        static const Of defaults = {};
        for (const auto& attribute : attributes<Of>()) {
            if (attribute.use == Use::own && !with_own_) continue;
            std::visit(
                [&](auto field) {
                    if (object.*field != defaults.*field) value(attribute, object.*field);
                },
                attribute.field);
        }
    }
    template <class Of>
    void stanzas(Stanza each, const std::vector<Of>& objects) {
        for (const auto& object : objects) stanza(each, object);
    }
    template <class Of>
    void stanza_unless_default(Stanza each, const Of& object) {
        if (object != Of{}) stanza(each, object);
    }
    void stanza(Stanza stanza, const Free& values) {
        if (values.empty()) return;
        open(stanza);
        for (const auto& [name, each] : values) line(name, each);
    }
    std::string take() && { return std::move(text_); }

  private:
    void open(Stanza stanza) {
        text_ += cat(text_.empty() ? "" : "\n", stanza_name(stanza), ":\n");
    }
    void line(std::string_view name, std::string_view each) {
        text_ += cat("\t", name, " = ", escape(each), "\n");
    }
    template <class Of, class Value>
    void value(const Attribute<Of>& attribute, const Value& of) {
        line(attribute.name, shown(of));
    }
    template <class Of>
    void value(const Attribute<Of>& attribute, const std::vector<std::string>& list) {
        if (attribute.use != Use::repeated) return line(attribute.name, join(list, ","));
        for (const auto& element : list) line(attribute.name, element);
    }

    bool with_own_;
    std::string text_ = {};
};

std::string write(const Definition& from, bool with_own) {
    Writer writer(with_own);
    writer.stanza(Stanza::general, from.general);
    writer.stanzas(Stanza::network, from.networks);
    writer.stanzas(Stanza::route, from.routes);
    writer.stanzas(Stanza::mount, from.mounts);
    writer.stanza_unless_default(Stanza::resources, from.resources);
    writer.stanza_unless_default(Stanza::security, from.security);
    writer.stanzas(Stanza::device, from.devices);
    writer.stanzas(Stanza::kext, from.kernel_extensions);
    writer.stanza(Stanza::copy_controls, from.copy_controls);
    writer.stanza(Stanza::options, from.options);
    return std::move(writer).take();
}

}  // namespace

std::string write(const Definition& definition) { return write(definition, true); }
std::string write_specification(const Definition& definition) { return write(definition, false); }

}  // namespace spec
