# SPDX-License-Identifier: MIT
# Completion for bash of millrace and millrace-studio: `millrace complete` knows what fits.
_millrace()
{
    local shown=${COMP_WORDS[COMP_CWORD]} program=${1%-studio} before='' kind text help
    [[ $shown == [=:] ]] && shown='' # bash cuts words there
    COMPREPLY=()
    while IFS=$'\t' read -r kind text help; do
        case $kind in
            word) before=${text%"$shown"} ;;
            part) compopt -o nospace 2>/dev/null ;;&
            whole | part) COMPREPLY+=("${text#"$before"}") ;;
            files)
                compopt -o filenames 2>/dev/null
                [[ $text ]] && text="!*.$text"
                mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -X "$text" -- "$shown"; [[ $text ]] && compgen -d -- "$shown")
                ;;
            folders)
                compopt -o filenames 2>/dev/null
                mapfile -t COMPREPLY < <(compgen -d -- "$shown")
                ;;
        esac
    done < <("$program" complete line "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
}
complete -F _millrace millrace millrace-studio
