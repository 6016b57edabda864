# shellcheck shell=bash disable=SC2154,SC2013  # bed_* come from common.bash and tools/bed; words are wanted
# A bed owns a directory in every cgroup hierarchy of the machine, and sees it as that hierarchy's root.

# One "mount point, type, options" per hierarchy; the options are those that make the kernel mount the same one again.
cgroup_hierarchies() {
    awk '{
        for (dash = 7; $dash != "-"; dash++) {}
        if ($(dash + 1) !~ /^cgroup2?$/ || seen[$5]++) next
        options = $(dash + 3)
        gsub(/(^|,)(rw|ro|nsdelegate|memory_recursiveprot|favordynmods)/, "", options)
        sub(/^,/, "", options)
        print $5, $(dash + 1), options
    }' /proc/self/mountinfo
}

# In v2 a group hands on its controllers only when told to.
hand_on_controllers() {
    local group=$1 controller
    for controller in $(cat "$group/cgroup.controllers"); do
        echo "+$controller" >"$group/cgroup.subtree_control" 2>/dev/null || true
    done
}

# A v1 cpuset takes no process before it has processors and memory nodes.
fill_cpuset() {
    local group=$1 file
    for file in cpuset.cpus cpuset.mems; do
        [ ! -e "$group/$file" ] || cat "$(dirname "$group")/$file" >"$group/$file"
    done
}

# What was handed on at the machine's root before the first bed, so that the last one can restore it.
note_machine_controllers() {
    local top=$1 note=$bed_state/controllers
    [ -e "$note" ] || cat "$top/cgroup.subtree_control" >"$note"
}

make_cgroups() {
    local name=$1 top type group
    while read -r top type _; do
        group=$top/corral-beds/$name
        mkdir -p "$group"
        if [ "$type" = cgroup2 ]; then
            note_machine_controllers "$top"
            hand_on_controllers "$top"
            hand_on_controllers "$top/corral-beds"
            mkdir -p "$group/init.scope"
        else
            fill_cpuset "$top/corral-beds"
            fill_cpuset "$group"
        fi
    done < <(cgroup_hierarchies)
}

# join_cgroups NAME ROOT|INIT: moves the calling shell. Where a cgroup namespace is born decides what it sees as the
# root; later processes go to init.scope, for a v2 group with processes of its own cannot hand on controllers.
join_cgroups() {
    local name=$1 place=$2 top type group
    while read -r top type _; do
        group=$top/corral-beds/$name
        if [ "$type" = cgroup2 ] && [ "$place" = INIT ]; then group=$group/init.scope; fi
        echo "$BASHPID" >"$group/cgroup.procs"
    done < <(cgroup_hierarchies)
}

settle_cgroups() {
    local name=$1 top type group process
    while read -r top type _; do
        [ "$type" = cgroup2 ] || continue
        group=$top/corral-beds/$name
        for process in $(cat "$group/cgroup.procs"); do
            echo "$process" >"$group/init.scope/cgroup.procs" || true
        done
        hand_on_controllers "$group"
    done < <(cgroup_hierarchies)
}

# A half-started bed may have processes that its pid namespace does not hold yet.
remove_group_tree() {
    local processes
    [ -d "$1" ] || return 0
    mapfile -t processes < <(find "$1" -name cgroup.procs -exec cat {} + 2>/dev/null)
    [ ${#processes[@]} -eq 0 ] || kill -KILL "${processes[@]}" 2>/dev/null
    find "$1" -depth -type d -exec rmdir {} + 2>/dev/null
}

remove_cgroups() {
    local name=$1 top result=0
    while read -r top _; do
        retry 5 remove_group_tree "$top/corral-beds/$name" || result=1
        rmdir "$top/corral-beds" 2>/dev/null || true
    done < <(cgroup_hierarchies)
    return "$result"
}

# When the last bed is gone: nothing of ours stays in any hierarchy.
release_cgroups() {
    local top
    while read -r top _; do
        remove_group_tree "$top/corral-beds" || true
    done < <(cgroup_hierarchies)
    take_back_controllers
}

take_back_controllers() {
    local note=$bed_state/controllers top type controller
    [ -e "$note" ] || return 0
    while read -r top type _; do
        [ "$type" = cgroup2 ] || continue
        for controller in $(cat "$top/cgroup.subtree_control"); do
            grep -qw "$controller" "$note" ||
                echo "-$controller" 2>/dev/null >"$top/cgroup.subtree_control" || true
        done
    done < <(cgroup_hierarchies)
    rm -f "$note"
}
