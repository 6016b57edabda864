#include "checkpoint/socket_mounts.h"

#include <fcntl.h>
#include <images.pb-c.h>
#include <stdio.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <memory>
#include <set>
#include <string_view>

#include "os/write_all.h"

namespace checkpoint {
namespace {

constexpr std::size_t largest = std::size_t{256} << 20;
constexpr std::size_t head_size = 8;  // two magic numbers
constexpr auto files_image = "files.img";
constexpr auto made_anew = "files.img.new";

// An image is its head, and then messages, each after its size.
class Image {
  public:
    static Result<Image> read(const os::Dir& images, const std::string& name) {
        Image image(name, TRY(images.read(name, largest)));
        return image.text_.size() < head_size ? image.senseless() : Result<Image>(std::move(image));
    }
    std::string_view head() const { return std::string_view(text_).substr(0, head_size); }
    Result<void> each(const std::function<Result<void>(std::string_view)>& see) const {
        auto rest = std::string_view(text_).substr(head_size);
        while (!rest.empty()) {
            std::uint32_t size = 0;
            if (rest.size() < sizeof size) return senseless();
            std::memcpy(&size, rest.data(), sizeof size);
            rest.remove_prefix(sizeof size);
            if (size > rest.size()) return senseless();
            TRY(see(rest.substr(0, size)));
            rest.remove_prefix(size);
        }
        return {};
    }
    Error senseless() const {
        return {Kind::invalid, cat("CRIU's image '", name_, "' makes no sense")};
    }

  private:
    Image(std::string name, std::string text) : name_(std::move(name)), text_(std::move(text)) {}
    std::string name_;
    std::string text_;
};

struct FreeMessage {
    void operator()(void* message) const {
        ::protobuf_c_message_free_unpacked(static_cast<ProtobufCMessage*>(message), nullptr);
    }
};

template <class Message>
Result<std::unique_ptr<Message, FreeMessage>> unpack(const ProtobufCMessageDescriptor& kind,
                                                     std::string_view text, const Image& image) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    auto* message = ::protobuf_c_message_unpack(&kind, nullptr, text.size(), bytes);
    if (message == nullptr) return image.senseless();
    return std::unique_ptr<Message, FreeMessage>(reinterpret_cast<Message*>(message));
}

void add(std::string& text, std::string_view message) {
    const auto size = static_cast<std::uint32_t>(message.size());
    text.append(reinterpret_cast<const char*>(&size), sizeof size);
    text += message;
}

std::string pack(const ProtobufCMessage& message) {
    std::string text(::protobuf_c_message_get_packed_size(&message), '\0');
    (void)::protobuf_c_message_pack(&message, reinterpret_cast<std::uint8_t*>(text.data()));
    return text;
}

Result<std::uint32_t> namespace_of_init(const os::Dir& images) {
    const auto image = TRY(Image::read(images, "ids-1.img"));
    std::uint32_t found = 0;
    TRY(image.each([&](std::string_view text) -> Result<void> {
        found = TRY(unpack<Images__Ids>(images__ids__descriptor, text, image))->mount_namespace;
        return {};
    }));
    return found;
}

Result<std::set<std::uint32_t>> mounts_of_init(const os::Dir& images) {
    const auto name = cat("mountpoints-", TRY(namespace_of_init(images)), ".img");
    const auto image = TRY(Image::read(images, name));
    std::set<std::uint32_t> mounts;
    TRY(image.each([&](std::string_view text) -> Result<void> {
        mounts.insert(TRY(unpack<Images__Mount>(images__mount__descriptor, text, image))->id);
        return {};
    }));
    return mounts;
}

// Of a socket that has a path, and no abstract name.
bool names_one_of(const std::set<std::uint32_t>& mounts, const Images__UnixSocket* socket) {
    return socket != nullptr && socket->has_mount != 0 && socket->mount >= 0 &&
           socket->name.len > 0 && socket->name.data[0] != 0 &&
           mounts.count(static_cast<std::uint32_t>(socket->mount)) != 0;
}

Result<void> replace(const os::Dir& images, std::string_view text) {
    const auto file = TRY(images.open_file({.path = made_anew,
                                            .flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
                                            .mode = 0600,
                                            .no_symlinks = true}));
    TRY(os::write_all(file.get(), text, files_image));
    if (::renameat(images.fd(), made_anew, images.fd(), files_image) == 0) return {};
    return Error::os(errno, "rename", files_image);
}

}  // namespace

Result<void> forget_socket_mounts(const os::Dir& images) {
    const auto mounts = TRY(mounts_of_init(images));
    const auto image = TRY(Image::read(images, files_image));
    std::string changed(image.head());
    bool any = false;
    TRY(image.each([&](std::string_view text) -> Result<void> {
        const auto file = TRY(unpack<Images__File>(images__file__descriptor, text, image));
        const bool forget = names_one_of(mounts, file->unix_socket);
        if (forget) file->unix_socket->has_mount = 0;
        add(changed, forget ? pack(file->base) : text);
        any = any || forget;
        return {};
    }));
    return any ? replace(images, changed) : Result<void>();
}

}  // namespace checkpoint
