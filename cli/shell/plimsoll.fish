# Completion of plimsoll for fish. The program itself tells what may come next.

function __plimsoll_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l typed $words[-1]
    for line in ($words[1] complete -- $words[2..-1] 2>/dev/null)
        switch $line
            case ':folders'
                __fish_complete_directories $typed ''
            case ':files'
                __fish_complete_path $typed
            case ':files *'
                for ending in (string split ' ' -- (string replace ':files ' '' -- $line))
                    __fish_complete_suffix $typed .$ending ''
                end
            case '*'
                echo $line
        end
    end
end

complete -c plimsoll -f -a '(__plimsoll_complete)'
