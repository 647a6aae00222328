from hansa.cli.main import main

main()
