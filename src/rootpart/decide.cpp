#include "rootpart/decide.h"

namespace rootpart {
namespace {

bool same(const Entry* one, const Entry* other) {
    return one != nullptr && other != nullptr && one->same_content(*other);
}

Decision of_missing(const Three& three, const Insistence& how) {
    if (three.delivered == nullptr || how.force || how.follow) return {Act::add};
    const bool news = !same(three.delivered, three.wanted) && three.wanted->sort != Sort::directory;
    return {news ? Act::stay_away : Act::nothing};
}

Decision of_unwanted(const Three& three, const Insistence& how) {
    if (three.delivered == nullptr || how.only_add) return {};
    if (same(three.present, three.delivered) || how.follow) return {Act::remove};
    return {Act::keep_old};
}

// Mode and owner are compared on their own: a changed mode survives a new content.
bool nature_follows(const Three& three, const Insistence& how) {
    if (how.only_add || three.wanted->same_nature(*three.present)) return false;
    if (how.force || how.follow) return true;
    return three.delivered != nullptr && three.delivered->same_nature(*three.present);
}

Decision of_changed(const Three& three, const Insistence& how) {
    const bool directories =
        three.present->sort == Sort::directory || three.wanted->sort == Sort::directory;
    if (three.present->sort == Sort::other || directories)
        return {same(three.delivered, three.wanted) ? Act::nothing : Act::keep};
    if (how.force) return {Act::take_over, true};
    if (same(three.delivered, three.wanted) || how.only_add) return {};
    const bool files = three.present->sort == Sort::file && three.wanted->sort == Sort::file;
    return {files ? Act::keep_beside : Act::keep};
}

}  // namespace

Decision decide(const Three& three, const Insistence& how) {
    if (three.wanted == nullptr)
        return three.present == nullptr ? Decision{} : of_unwanted(three, how);
    if (three.present == nullptr) return of_missing(three, how);
    const bool follows = nature_follows(three, how);
    if (same(three.present, three.wanted)) return {Act::nothing, follows};
    const bool untouched = same(three.present, three.delivered) || how.follow;
    if (untouched && three.present->sort != Sort::directory)
        return how.only_add ? Decision{} : Decision{Act::replace, follows};
    return of_changed(three, how);
}

}  // namespace rootpart
