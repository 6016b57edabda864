#include "checkpoint/messages.h"

#include <rpc.pb-c.h>
#include <sched.h>

#include <memory>

namespace checkpoint {
namespace {

// protobuf-c wants pointers to what it may not change.
class Words {
  public:
    explicit Words(const std::vector<std::string>& from) {
        for (const auto& one : from) pointers_.push_back(const_cast<char*>(one.c_str()));
    }
    std::size_t count() const { return pointers_.size(); }
    char** data() { return pointers_.data(); }

  private:
    std::vector<char*> pointers_;
};

class InheritedWords {
  public:
    explicit InheritedWords(const std::vector<Inherited>& from) : all_(from.size()) {
        for (std::size_t at = 0; at < from.size(); ++at) {
            inherit_fd__init(&all_[at]);
            all_[at].key = const_cast<char*>(from[at].key.c_str());
            all_[at].fd = from[at].fd;
            pointers_.push_back(&all_[at]);
        }
    }
    std::size_t count() const { return pointers_.size(); }
    InheritFd** data() { return pointers_.data(); }

  private:
    std::vector<InheritFd> all_;
    std::vector<InheritFd*> pointers_;
};

CriuReqType type_of(Request::Kind kind) {
    if (kind == Request::Kind::restore) return CRIU_REQ_TYPE__RESTORE;
    return kind == Request::Kind::dump ? CRIU_REQ_TYPE__DUMP : CRIU_REQ_TYPE__SINGLE_PRE_DUMP;
}

char* text(const std::string& from) {
    return from.empty() ? nullptr : const_cast<char*>(from.c_str());
}

void set_place(CriuOpts& options, const Request& request) {
    options.images_dir_fd = request.images;
    options.has_work_dir_fd = 1;
    options.work_dir_fd = request.work;
    options.log_file = text(request.log);
    options.has_log_level = 1;
    options.log_level = static_cast<int>(request.log_level);
    options.parent_img = text(request.parent);
    options.root = text(request.root);
    options.has_notify_scripts = 1;
    options.notify_scripts = 1;
}

// The same on both ways: what one side writes the other must expect.
void set_manner(CriuOpts& options, const Request& request) {
    options.has_tcp_established = options.has_tcp_close = 1;
    options.tcp_established = request.connections ? 1 : 0;
    options.tcp_close = request.connections ? 0 : 1;
    options.has_ext_unix_sk = options.ext_unix_sk = 1;  // readiness and journal listen outside
    options.has_file_locks = options.file_locks = 1;
    options.has_link_remap = options.link_remap = 1;
    options.has_orphan_pts_master = options.orphan_pts_master = 1;
    options.has_manage_cgroups = options.manage_cgroups = 1;
    options.has_manage_cgroups_mode = 1;
    options.manage_cgroups_mode = CRIU_CG_MODE__SOFT;  // limits are the definition's
    options.has_network_lock = 1;
    options.network_lock = CRIU_NETWORK_LOCK_METHOD__NFTABLES;
    options.has_empty_ns =
        request.own_network ? 1 : 0;  // our answer to "setup-namespaces" fills it
    options.empty_ns = CLONE_NEWNET;
}

void set_way(CriuOpts& options, const Request& request) {
    if (request.kind == Request::Kind::restore) {
        options.has_rst_sibling = options.rst_sibling = 1;
        return;
    }
    options.has_pid = 1;
    options.pid = request.process;
    // it never kills: whether they end is decided when all is on disk
    options.has_leave_running = options.leave_running = 1;
    options.has_force_irmap = options.force_irmap = 1;
    options.has_ghost_limit = 1;
    options.ghost_limit = request.ghost_bytes;
    options.has_track_mem = 1;
    options.track_mem = request.kind == Request::Kind::pre_dump || !request.parent.empty() ? 1 : 0;
}

std::string packed(const CriuReq& request) {
    std::string bytes(criu_req__get_packed_size(&request), '\0');
    criu_req__pack(&request, reinterpret_cast<std::uint8_t*>(bytes.data()));
    return bytes;
}

struct Free {
    void operator()(CriuResp* response) const { criu_resp__free_unpacked(response, nullptr); }
};

Notice notice_of(const CriuNotify* from) {
    Notice notice;
    if (from == nullptr) return notice;
    if (from->script != nullptr) notice.what = from->script;
    if (from->has_pid != 0) notice.process = from->pid;
    return notice;
}

}  // namespace

std::string pack(const Request& request) {
    Words external(request.external);
    Words scanned(request.scan_paths);
    InheritedWords inherited(request.inherited);
    CriuOpts options = CRIU_OPTS__INIT;
    options.n_inherit_fd = inherited.count();
    options.inherit_fd = inherited.data();
    set_place(options, request);
    set_manner(options, request);
    set_way(options, request);
    options.n_external = external.count();
    options.external = external.data();
    options.n_irmap_scan_paths = scanned.count();
    options.irmap_scan_paths = scanned.data();
    CriuReq whole = CRIU_REQ__INIT;
    whole.type = type_of(request.kind);
    whole.opts = &options;
    return packed(whole);
}

std::string pack_answer(bool success) {
    CriuReq answer = CRIU_REQ__INIT;
    answer.type = CRIU_REQ_TYPE__NOTIFY;
    answer.has_notify_success = 1;
    answer.notify_success = success ? 1 : 0;
    return packed(answer);
}

Result<Response> unpack(std::string_view bytes) {
    const std::unique_ptr<CriuResp, Free> from(criu_resp__unpack(
        nullptr, bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data())));
    if (!from)
        return Error{Kind::other, "CRIU answered something that is no response of its protocol"};
    Response response;
    response.success = from->success != 0;
    if (from->type == CRIU_REQ_TYPE__NOTIFY) response.notice = notice_of(from->notify);
    if (from->restore != nullptr) response.process = from->restore->pid;
    if (from->cr_errmsg != nullptr) response.message = from->cr_errmsg;
    return response;
}

}  // namespace checkpoint
