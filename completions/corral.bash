# bash completion for Corral's commands; written by `corral --completion bash`
_corral() {
    local line=${COMP_LINE:0:COMP_POINT}
    mapfile -t COMPREPLY < <(corral --complete "$line" 2>/dev/null)
    # an attribute waits for its value, so no blank after it
    [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace
}
complete -o bashdefault -o default -F _corral corral mkwpar chwpar lswpar startwpar stopwpar rebootwpar rmwpar clogin wparexec syncwpar clonewpar savewpar mkwpardata restwpar restwparfiles lssavewpar resumewpar killwpar chkptwpar restartwpar movewpar
