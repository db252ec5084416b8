# Completion of plimsoll for bash. The program itself tells what may come next.

_plimsoll() {
    local word before='' line files='' ending
    local -a words=()
    # Bash cuts words at = and :, the program does not.
    for ((word = 1; word <= COMP_CWORD; word++)); do
        line=${COMP_WORDS[word]}
        if [[ ${#words[@]} -gt 0 && ($line == [=:]* || $before == [=:]) ]]; then
            words[-1]+=$line
        else
            words+=("$line")
        fi
        before=$line
    done
    local typed=${words[-1]}
    local current=${COMP_WORDS[COMP_CWORD]}
    [[ $current == [=:] ]] && current=''
    local kept=${typed%"$current"} # what bash does not put in again
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
        :*) files=$line ;;
        *)
            line=${line%%$'\t'*}
            COMPREPLY+=("${line#"$kept"}")
            ;;
        esac
    done < <("${COMP_WORDS[0]}" complete -- "${words[@]}" 2>/dev/null)
    [[ -n $files ]] || return 0
    compopt -o filenames 2>/dev/null
    if [[ $files == :files ]]; then
        mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current")
        return 0
    fi
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$current")
    [[ $files != :folders ]] || return 0
    for ending in ${files#:files}; do
        mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -X "!*.$ending" -- "$current")
    done
}

complete -F _plimsoll plimsoll
