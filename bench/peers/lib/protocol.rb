# frozen_string_literal: true

# Answers the requests of a benchmark on stdin. A peer has the methods that protocol.py lists; for undo
# it has transaction, which rolls back what its block does.

require 'json'
require 'zlib'

class Server
  REQUESTS = %w[check fetch objects delete].freeze

  def initialize(peer)
    @peer = peer
  end

  def serve(name, versions)
    $stdout.sync = true
    puts "ready #{name} #{versions}"
    $stdin.each_line do |line|
      puts answer(*line.split)
    rescue StandardError => e
      puts "error #{e.class}: #{e.message}".split.join(' ')
    end
  end

  private

  def answer(request, path = nil, *words)
    raise ArgumentError, "no request #{request}" unless REQUESTS.include?(request)

    open(path) if path != @path
    *manner, ids = words
    ids = ids == '*' ? nil : ids.split(',').map(&:to_i)
    "#{request} #{send(request, *manner, ids)}"
  end

  def open(path)
    @path = nil # where it cannot be opened
    @peer.open(path)
    @path = path
  end

  def check(shape, ids)
    texts = []
    texts_of(shape, 'together', ids) { |text| texts << text }
    "#{texts.size} #{texts.sum(&:bytesize)} #{Zlib.crc32(texts.join)}"
  end

  def fetch(shape, manner, ids)
    count = size = 0
    took = milliseconds do
      texts_of(shape, manner, ids) do |text|
        count += 1
        size += text.bytesize
      end
    end
    "#{took} #{count} #{size}"
  end

  def objects(shape, manner, ids)
    count = 0
    took = milliseconds { owners_of(shape, manner, ids) { count += 1 } }
    "#{took} #{count} 0"
  end

  def delete(ids)
    count = 0
    took = nil
    @peer.transaction do
      took = milliseconds { count = @peer.delete(ids) }
    end
    "#{took} #{count}"
  end

  def texts_of(shape, manner, ids)
    owners_of(shape, manner, ids) { |owner| yield JSON.generate(@peer.document(shape, owner)) }
  end

  def owners_of(shape, manner, ids, &block)
    if manner == 'together'
      @peer.owners(shape, ids, &block)
    else
      ids.each { |id| yield @peer.owner(shape, id) }
    end
  end

  def milliseconds
    GC.start
    start = Process.clock_gettime(Process::CLOCK_THREAD_CPUTIME_ID)
    yield
    format('%.4f', (Process.clock_gettime(Process::CLOCK_THREAD_CPUTIME_ID) - start) * 1e3)
  end
end
