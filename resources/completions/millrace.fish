# SPDX-License-Identifier: MIT
# Completion for fish of millrace and millrace-studio: `millrace complete` knows what fits.
function __millrace_complete
    set -l typed (commandline -ct)
    set -l words (commandline -opc)
    set -l program (string replace -r -- '-studio$' '' $words[1])
    for line in ($program complete words $words "$typed" 2>/dev/null)
        set -l parts (string split \t -- $line)
        set -l path (string replace -r -- '^--[a-z-]+=' '' "$typed")
        set -l before (string sub -l (math (string length -- "$typed") - (string length -- "$path")) -- "$typed")
        switch $parts[1]
            case whole part
                printf '%s\t%s\n' $parts[2] "$parts[3]"
            case files
                for file in $path*
                    if test -d $file
                        echo "$before$file/"
                    else if test -z "$parts[2]"; or string match -q -- "*.$parts[2]" $file
                        echo "$before$file"
                    end
                end
            case folders
                for file in $path*/
                    echo "$before$file"
                end
        end
    end
end
complete -c millrace -f -a '(__millrace_complete)'
complete -c millrace-studio -f -a '(__millrace_complete)'
