#include "rootpart/apply.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "os/write_all.h"
#include "rootpart/copy.h"
#include "rootpart/inside.h"
#include "rootpart/place.h"

namespace rootpart {
namespace {

using Over = NewInside::Over;

Error failed(std::string_view call, const std::string& path) {
    return Error::os(errno, call, cat("/", path));
}

struct Nature {
    mode_t mode = 0644;
    uid_t uid = 0;
    gid_t gid = 0;
};

Nature nature_of(const Entry& entry) { return {entry.mode, entry.uid, entry.gid}; }

Nature chosen_nature(const Step& step) {
    const bool kept = step.present && step.present->sort == Sort::file && !step.decision.nature;
    return nature_of(kept ? *step.present : *step.wanted);
}

Result<void> fill_as(const os::Dir& wanted, const Step& step, int to, const Nature& nature) {
    const auto from = TRY(
        wanted.open_file({.path = step.path, .flags = O_RDONLY | O_NOFOLLOW, .no_symlinks = true}));
    struct stat like = {};
    if (::fstat(from.get(), &like) != 0) return failed("stat", step.path);
    like.st_mode = (like.st_mode & S_IFMT) | nature.mode;
    like.st_uid = nature.uid;
    like.st_gid = nature.gid;
    return fill_file(from.get(), to, like, cat("/", step.path));
}

Result<void> keep_old_beside(const os::Dir& directory, const std::string& name) {
    const auto beside = cat(name, old_beside);
    (void)::unlinkat(directory.fd(), beside.c_str(), 0);
    if (::linkat(directory.fd(), name.c_str(), directory.fd(), beside.c_str(), 0) == 0) return {};
    return failed("link", cat(directory.path(), "/", beside));
}

Result<void> place_file_at(const os::Dir& wanted, const os::Dir& directory, const Step& step) {
    const auto name = name_of(step.path);
    auto made = TRY(NewInside::create(directory, name));
    const bool beside = step.decision.act == Act::keep_beside;
    TRY(fill_as(wanted, step, made.fd(), beside ? nature_of(*step.wanted) : chosen_nature(step)));
    if (step.decision.act == Act::add) return made.place(Over::nothing);
    if (::fdatasync(made.fd()) != 0) return failed("sync", step.path);
    return beside ? made.place_as(cat(name, new_beside)) : made.place(Over::whatever);
}

Result<void> place_link_at(const os::Dir& directory, const Step& step) {
    const auto name = name_of(step.path);
    const auto temporary = name + ".dpkg-new";
    const auto& leads_to = step.wanted->content;
    if (step.decision.act == Act::add) {
        if (::symlinkat(leads_to.c_str(), directory.fd(), name.c_str()) == 0) return {};
        return failed("make link", step.path);
    }
    (void)::unlinkat(directory.fd(), temporary.c_str(), 0);
    if (::symlinkat(leads_to.c_str(), directory.fd(), temporary.c_str()) != 0 ||
        ::renameat(directory.fd(), temporary.c_str(), directory.fd(), name.c_str()) != 0)
        return failed("make link", step.path);
    return {};
}

Result<void> give_nature(const os::Dir& target, const std::string& path, const Entry& entry) {
    const auto fd = TRY(target.open_file({.path = path,
                                          .flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
                                          .no_symlinks = true}));
    struct stat found = {};
    if (::fstat(fd.get(), &found) != 0) return failed("stat", path);
    const bool expected =
        entry.sort == Sort::directory ? S_ISDIR(found.st_mode) : S_ISREG(found.st_mode);
    if (!expected) return Error{Kind::busy, cat("'/", path, "' was changed meanwhile")};
    if (::fchown(fd.get(), entry.uid, entry.gid) != 0) return failed("chown", path);
    if (::fchmod(fd.get(), entry.mode) != 0) return failed("chmod", path);
    return {};
}

Result<void> place(const os::Dir& wanted, const os::Dir& target, const Step& step) {
    if (step.wanted->sort == Sort::directory) {
        (void)TRY(ensure_directory(wanted, target, step.path));
        return give_nature(target, step.path, *step.wanted);
    }
    const auto directory = TRY(ensure_directory(wanted, target, directory_of(step.path)));
    if (step.decision.act == Act::take_over) TRY(keep_old_beside(directory, name_of(step.path)));
    return step.wanted->sort == Sort::link ? place_link_at(directory, step)
                                           : place_file_at(wanted, directory, step);
}

// A directory with something of the administrator's in it stays, as does a mount point.
Result<void> remove(const os::Dir& target, const Step& step) {
    const auto directory = TRY(directory_inside(target, directory_of(step.path)));
    const bool folder = step.present && step.present->sort == Sort::directory;
    const auto name = name_of(step.path);
    if (::unlinkat(directory.fd(), name.c_str(), folder ? AT_REMOVEDIR : 0) == 0 ||
        errno == ENOENT || (folder && (errno == ENOTEMPTY || errno == EBUSY)))
        return {};
    return failed("remove", step.path);
}

}  // namespace

Result<void> apply(const os::Dir& wanted, const os::Dir& target, const Step& step) {
    switch (step.decision.act) {
        case Act::add:
        case Act::replace:
        case Act::take_over:
        case Act::keep_beside:
            return place(wanted, target, step);
        case Act::remove:
            return remove(target, step);
        default:
            break;
    }
    return step.decision.nature ? give_nature(target, step.path, *step.wanted) : Result<void>();
}

Result<void> replace_text(const os::Dir& wanted, const os::Dir& target, const Text& text) {
    const auto directory = TRY(ensure_directory(wanted, target, directory_of(text.path)));
    const auto name = name_of(text.path);
    Nature nature = {text.mode, text.uid, text.gid};
    struct stat found = {};
    if (::fstatat(directory.fd(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG(found.st_mode))
        nature = {found.st_mode & 07777, found.st_uid, found.st_gid};
    auto made = TRY(NewInside::create(directory, name));
    TRY(os::write_all(made.fd(), text.text, cat("/", text.path)));
    if (::fchown(made.fd(), nature.uid, nature.gid) != 0 || ::fchmod(made.fd(), nature.mode) != 0 ||
        ::fsync(made.fd()) != 0)
        return failed("write", text.path);
    return made.place(Over::whatever);
}

}  // namespace rootpart
